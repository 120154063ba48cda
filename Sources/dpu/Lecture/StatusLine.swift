/// One line below everything else that says where the lecture stands.
///
/// Where escape sequences may be written it is erased before anything else is; elsewhere each new
/// status is a line of its own.
struct StatusLine {
  private var shown: String?
  /// Whether an answer is being typed behind a question.
  private var isAsking = false

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

  /// Asks something, with what has been typed so far behind it.
  mutating func ask(_ question: String, answer: String = "") {
    guard !Console.style.isOn else { return show(question + answer) }
    // Nothing can be erased, so that only the new characters are written.
    let text = question + answer
    Console.prompt(
      text.hasPrefix(shown ?? "") && isAsking
        ? "\(text.dropFirst(shown?.count ?? 0))"
        : (isAsking ? "\n" : "") + text)
    (shown, isAsking) = (text, true)
  }

  /// Takes the status off the screen; the cursor is then where it began.
  mutating func erase() {
    defer { shown = nil }
    guard let shown, Console.style.isOn else {
      if isAsking { Console.print("") }
      isAsking = false
      return
    }
    // A window that has become narrower has broken the line.
    let rows = max(0, shown.count - 1) / max(1, Screen.size.columns)
    Console.prompt("\r" + (rows > 0 ? "\u{1b}[\(rows)A" : "") + "\u{1b}[J")
  }
}

extension StatusLine {
  /// Asks for a number; nil where the person thinks better of it.
  mutating func askForNumber(_ question: String, _ keyboard: inout Keyboard) -> Int? {
    var digits = ""
    defer { erase() }
    ask(question)
    while true {
      switch keyboard.read() {
      case .character(let character) where character.isWholeNumber && digits.count < 9:
        digits.append(character)
      case .backspace: digits = String(digits.dropLast())
      // What is typed for a number must not be taken for keys that go back or run on.
      case .character, .space, .redraw: break
      case .enter: return Int(digits)
      default: return nil
      }
      ask(question, answer: digits)
    }
  }
}
