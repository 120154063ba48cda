@preconcurrency import CReadline
import Notebook

/// Shows the line being typed, with a continuation prompt before each further line of the cell.
///
/// readline shows line feeds in its line as such and knows one prompt. So it is given, while it
/// draws, a line that holds the further prompts, too.
enum LineDisplay {
  nonisolated(unsafe) private static var isDrawing = false

  /// Takes over from readline's own way to draw the line.
  static func begin() { rl_redisplay_function = { LineDisplay.redisplay() } }

  /// Deals with the signals that have come.
  ///
  /// When the window has another size, readline draws the line in its old place only where it draws
  /// by itself, and elsewhere once more below it.
  static func checkSignals() {
    rl_redisplay_function = rl_redisplay
    rl_check_signals()
    begin()
    redisplay()
  }

  /// Draws the line.
  static func redisplay() {
    guard !isDrawing, let line = rl_line_buffer, rl_end > 0,
      memchr(line, Int32(UInt8(ascii: "\n")), Int(rl_end)) != nil,
      let prompt = LineReader.request?.continuation
    else { return rl_redisplay() }
    let (point, end) = (rl_point, rl_end)
    var text: [CChar] = []
    for index in 0..<end {
      text.append(line[Int(index)])
      guard line[Int(index)] == CChar(bitPattern: UInt8(ascii: "\n")) else { continue }
      text += prompt.utf8.map { CChar(bitPattern: $0) }
      if index < point { rl_point += Int32(prompt.utf8.count) }
    }
    rl_end = Int32(text.count)
    text.append(0)
    // A window that changes its size meanwhile asks for another drawing.
    isDrawing = true
    text.withUnsafeMutableBufferPointer {
      rl_line_buffer = $0.baseAddress
      rl_redisplay()
    }
    isDrawing = false
    (rl_line_buffer, rl_point, rl_end) = (line, point, end)
  }

  /// Shows lines below the one being typed, and that again below them.
  static func show(_ lines: [String]) {
    // The cursor may stand in an earlier line of the cell.
    let point = rl_point
    rl_point = rl_end
    redisplay()
    let shown = Screen.fitting(lines, remedy: "type more of it").shown
    Console.print("\n" + shown.joined(separator: "\n"))
    rl_point = point
    rl_on_new_line()
    rl_forced_update_display()
  }
}
