import CLibrary
import Language
import Notebook
import Synchronization

/// The terminal's size, and what of a long text fits on it.
///
/// One rule for everything that a cell shows: it is cut to the height of the window, and `more`
/// shows the rest.
enum Screen {
  private struct State {
    var isCutting = true
    /// The lines that did not fit.
    var rest: [String] = []
  }

  private static let state = Mutex(State())

  /// Rows and columns, asked for each time: a window may have been resized.
  static var size: (rows: Int, columns: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0
    else { return (24, 80) }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  /// The rows for a text: prompts before and after, and a blank line, are on the screen, too.
  static var room: Int { max(size.rows - 4, 1) }

  /// Whether texts are cut.
  static func setCutting(_ isOn: Bool) { state.withLock { $0.isCutting = isOn } }

  /// The lines of a text that fit; the rest is kept for ``rest(all:)``.
  ///
  /// - Parameters:
  ///   - lines: the text, colours included.
  ///   - remedy: how the rest is seen.
  /// - Returns: the lines to show.
  static func cut(_ lines: [String], remedy: String = "more shows them") -> [String] {
    guard state.withLock({ $0.isCutting }) else { return lines }
    let (shown, rest) = fitting(lines, remedy: remedy)
    if !rest.isEmpty { state.withLock { $0.rest = rest } }
    return shown
  }

  /// What did not fit: as much of it as fits now, or all; nil where nothing is left.
  static func rest(all: Bool) -> [String]? {
    let rest = state.withLock { state in
      defer { state.rest = [] }
      return state.rest
    }
    guard !rest.isEmpty else { return nil }
    return all ? rest : cut(rest)
  }

  /// The lines that fit, then one that says how many more there are; and those.
  static func fitting(_ lines: [String], remedy: String) -> (shown: [String], rest: [String]) {
    let (room, columns) = (room, size.columns)
    var (used, count) = (0, 0)
    // No further than the screen goes: there may be millions of lines.
    for (index, line) in lines.enumerated() {
      if used > room { break }
      // A line longer than the screen is wide takes several rows.
      used += max(1, (line.widthOnScreen + columns - 1) / columns)
      if used < room { count = index + 1 }
    }
    guard used > room else { return (lines, []) }
    let more = lines.count - count
    return (
      lines.prefix(count) + ["… \(more) more line\(more == 1 ? "" : "s"): \(remedy)"],
      Array(lines[count...])
    )
  }
}

extension String {
  /// How many columns it takes, colours aside.
  fileprivate var widthOnScreen: Int {
    guard utf8.contains(0x1b) else { return count }
    var (width, isInside) = (0, false)
    for character in self {
      if character == "\u{1b}" { isInside = true }
      if !isInside { width += 1 }
      if isInside, character.isLetter { isInside = false }
    }
    return width
  }
}
