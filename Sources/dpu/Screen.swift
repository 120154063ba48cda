import Glibc
import Notebook

/// The terminal's size, and what of a long value fits on it.
enum Screen {
  /// Rows and columns, asked for each time: a window may have been resized.
  static var size: (rows: Int, columns: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0
    else { return (24, 80) }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  /// The lines of a value that fit, then how many more there are.
  ///
  /// - Parameters:
  ///   - lines: the value's lines.
  ///   - reserved: rows that prompts around it take.
  /// - Returns: the lines to show.
  static func fitting(_ lines: [String], reserved: Int = 4) -> [String] {
    let (rows, columns) = size
    let room = max(rows - reserved, 1)
    // A line longer than the screen is wide takes several rows.
    let heights = lines.map { max(1, ($0.count + columns - 1) / columns) }
    guard heights.reduce(0, +) > room else { return lines }
    var used = 0
    let shown = heights.prefix { height in
      used += height
      return used < room
    }.count
    let more = lines.count - shown
    return lines.prefix(shown) + ["… \(more) more line\(more == 1 ? "" : "s"): _ shows all"]
  }
}
