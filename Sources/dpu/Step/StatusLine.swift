/// One line below everything else that says where the lecture stands.
///
/// Where escape sequences may be written it is erased before anything else is; elsewhere each new
/// status is a line of its own.
struct StatusLine {
  private var shown: String?

  /// Shows a status in place of an earlier one, cut to the window's width.
  mutating func show(_ text: String) {
    guard Console.style.isOn else {
      // Repeating the same line would only push the lesson off the screen.
      if text != shown { Console.print(text) }
      shown = text
      return
    }
    erase()
    let room = Screen.size.columns - 1
    let line = text.count > room ? text.prefix(max(0, room - 1)) + "…" : text
    Console.prompt(Console.style.paint(line, .note))
    shown = line
  }

  /// Takes the status off the screen; the cursor is then where it began.
  mutating func erase() {
    defer { shown = nil }
    guard let shown, Console.style.isOn else { return }
    // A window that has become narrower has broken the line.
    let rows = max(0, shown.count - 1) / max(1, Screen.size.columns)
    Console.prompt("\r" + (rows > 0 ? "\u{1b}[\(rows)A" : "") + "\u{1b}[J")
  }
}
