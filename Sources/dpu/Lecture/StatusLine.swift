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
    // What is typed for a number must not be taken for keys that go back or run on.
    ask(question, &keyboard) { $0.isWholeNumber && $1 < 9 }.flatMap { Int($0) }
  }

  /// Asks for a line of text, which may be empty; nil where the person thinks better of it.
  mutating func askForText(_ question: String, _ keyboard: inout Keyboard) -> String? {
    ask(question, &keyboard) { $1 < 200 && !$0.isNewline }
  }

  /// Asks for an answer.
  ///
  /// - Parameters:
  ///   - question: what stands before it.
  ///   - keyboard: where the keys come from.
  ///   - isTaken: whether a character can follow so many.
  /// - Returns: the answer; nil where the person thinks better of it.
  private mutating func ask(
    _ question: String, _ keyboard: inout Keyboard, _ isTaken: (Character, Int) -> Bool
  ) -> String? {
    var answer = ""
    defer { erase() }
    ask(question)
    while true {
      switch keyboard.read() {
      case .character(let character):
        if isTaken(character, answer.count) { answer.append(character) }
      case .space: if isTaken(" ", answer.count) { answer.append(" ") }
      case .backspace: answer = String(answer.dropLast())
      case .redraw: break
      case .enter: return answer
      default: return nil
      }
      ask(question, answer: answer)
    }
  }
}
