import Notebook
import Running

/// A lecture at a terminal: a person's keys say when a cell is shown and when it is run.
struct Presenter {
  private var lecture: Lecture
  private let path: String
  private let history: History
  private let numbering: Numbering
  private var journal: LectureJournal?
  private var keyboard = Keyboard()
  private var status = StatusLine()
  /// What there is to say about the last key, instead of the list of keys.
  private var hint: String?
  /// Whether the last cell failed, and was not recorded to.
  private var hasFailed = false
  private var hasEnded = false

  init(
    _ lecture: Lecture, path: String, history: History, journal: Journal?,
    numbering: Numbering = .ordinary
  ) {
    self.lecture = lecture
    self.path = path
    self.history = history
    self.journal = journal.map { LectureJournal($0, lecture) }
    self.numbering = numbering
  }

  /// Whether a person can press keys and read what comes of them.
  static var isPossible: Bool { Console.isInputTerminal && Console.isOutputTerminal }

  /// Walks through the lecture until the person leaves it.
  ///
  /// - Parameter first: the cell to begin with, nil for the first one, not yet shown.
  /// - Returns: the notebook as it then is, with the person's own rights.
  mutating func run(from first: Int? = nil) -> Notebook {
    if let first { go(to: first) }
    while !hasEnded {
      journal?.write(lecture)
      // Before the status is written, or a window resized right then would go unnoticed.
      keyboard.prepare()
      status.show(lecture.status(hasFailed: hasFailed, hint: hint, width: Screen.size.columns))
      hint = nil
      let key = keyboard.read()
      // A status that goes on is redrawn in place.
      if key != .redraw, key != .interrupted, key != .other { status.erase() }
      take(key)
    }
    journal?.write(lecture)
    keyboard.restore()
    leaveRoom()
    if lecture.hasAnswers { say("your answers are part of the session: save NAME.dpu keeps them") }
    return lecture.opened
  }

  private mutating func take(_ key: Key) {
    switch key {
    case .enter: if !lecture.isShown { showCell() } else if ask() { runCell() }
    case .space:
      showCell()
      if ask() { runCell() }
    case .back, .character("b"): goBack()
    case .character("g"):
      if let number = status.askForNumber("go to cell: ", &keyboard) { go(to: number) }
    case .character("c"): runToEnd()
    case .character("s"): if hasFailed { runCell(skipping: true) } else { hint = noSuchKey("s") }
    case .character(":"): branch()
    case .character("q"), .end: hasEnded = true
    case .character("?"), .character("h"):
      leaveRoom()
      Console.print(Lecture.keys)
      showSource()
    case .character(let character): hint = noSuchKey(character)
    case .backspace, .interrupted, .redraw, .other: break
    }
  }

  private func noSuchKey(_ key: Character) -> String {
    "'\(key)' is not a key here: ? lists the keys"
  }

  // MARK: Cells

  /// Shows the next cell with the prose before it, or the prose behind the last one.
  private mutating func showCell() {
    guard !lecture.isShown else { return }
    let prose = lecture.next?.prose ?? lecture.epilogue
    show(prose: prose)
    lecture.show()
    showSource()
  }

  private func show(prose: [String]) {
    guard !prose.isEmpty else { return }
    let width = min(80, Screen.size.columns) - 3
    let lines = Prose.wrapped(prose, width: max(20, width)).map { $0.isEmpty ? "" : "  \($0)" }
    Console.print(Console.style.paint(lines.joined(separator: "\n"), .prose) + "\n")
  }

  private func showSource() {
    guard lecture.isShown, let page = lecture.next else { return }
    Console.print(
      NotebookText.input(
        lecture.notebook.inSessionNumbers(page.cell.source),
        label: numbering.label(lecture.notebook.nextNumber)))
  }

  /// Asks what the person expects of the next cell.
  ///
  /// - Returns: whether the cell is to be run now.
  private mutating func ask() -> Bool {
    for expectation in lecture.openQuestions {
      var hint = ""
      while true {
        let question = "expect \(expectation.name), \(hint)\(expectation.kind.words): "
        guard let text = status.askForText(question, &keyboard) else { return false }
        guard !text.isEmpty else { break }
        if expectation.answer(text) != nil {
          lecture.answer(expectation, with: text)
          break
        }
        hint = "not '\(text)' but "
      }
    }
    return true
  }

  /// Says how the person's answers compare with what the cell has shown.
  private func judge(_ result: CellResult, of page: Lecture.Page) {
    for question in page.cell.questions {
      guard let answer = lecture.answer(to: question) else { continue }
      let expectation = question.expectation
      let verdict = expectation.verdict(on: answer, value: result.value)
      let truth = expectation.truthText(in: result.value)
      say("expected \(expectation.name): \(answer.visible) · \(verdict.words(shown: truth))")
    }
  }

  private mutating func runCell(skipping: Bool = false) {
    guard let page = lecture.next else { return }
    let place = lecture.position
    let result = whileRunning { $0.run(skipping: skipping) }
    guard let result else { return }
    // Until a cell was stopped by it, Ctrl-C is for the next one, too: it may come between two.
    if result.wasCancelled { Cancellation.clear() }
    journal?.write(lecture)
    if skipping, lecture.position > place {
      hasFailed = false
      return say("passed over cell \(lecture.position)")
    }
    hasFailed = lecture.position == place && !result.wasCancelled
    show(result, of: page)
    if lecture.position > place { judge(result, of: page) }
    for result in lecture.position == place ? [] : lecture.repeated {
      let label = numbering.label(result.number)
      Console.print(NotebookText.input(result.source, label: label))
      result.show(in: lecture.notebook, label: label)
    }
  }

  private mutating func runToEnd() {
    while lecture.next != nil {
      let place = lecture.position
      showCell()
      runCell()
      if lecture.position == place || hasEnded { return }
    }
    showCell()
  }

  private mutating func goBack() {
    guard lecture.position > 0 else {
      hint = "there is no cell to go back to"
      return
    }
    move { $0.back() }
  }

  private mutating func go(to number: Int) {
    guard (1...max(1, lecture.pages.count)).contains(number), !lecture.pages.isEmpty else {
      hint = "there is no cell \(number): they go from 1 to \(lecture.pages.count)"
      return
    }
    move { $0.go(before: number) }
  }

  private func say(_ text: String) {
    Console.print(Console.style.paint(text, .note) + "\n")
  }

  /// A blank line between a cell that is only shown and a prompt.
  private func leaveRoom() { if lecture.isShown, lecture.next != nil { Console.print("") } }

  /// Goes elsewhere, says where that is, and shows the cell there.
  private mutating func move(_ body: (inout Lecture) -> CellResult?) {
    leaveRoom()
    let start = lecture.position
    if let result = whileRunning(body) {
      if result.wasCancelled {
        Cancellation.clear()
        hint = "interrupted: nothing has changed"
        return
      }
      showCell()
      hasFailed = true
      if let page = lecture.next { show(result, of: page) }
      return
    }
    hasFailed = false
    let place = lecture.position
    if place < start { say("back: the state is the one before cell \(place + 1)") }
    if place == start + 1 { say("cell \(place) was run") }
    if place > start + 1 { say("cells \(start + 1) to \(place) were run") }
    lecture.isShown ? showSource() : showCell()
  }

  /// Does something with the lecture that runs cells: Ctrl-C cancels it, and the terminal is in its
  /// ordinary mode.
  private mutating func whileRunning<Result>(_ body: (inout Lecture) -> Result) -> Result {
    keyboard.restore()
    Signals.install()
    return body(&lecture)
  }

  private mutating func show(_ result: CellResult, of page: Lecture.Page) {
    result.show(
      in: lecture.notebook, label: numbering.label(result.number), file: path,
      line: page.cell.line, remedy: ":more shows them")
    switch result.reply {
    case .text(let text): Console.print(text.visibleLines)
    case .quit: hasEnded = true
    case .message, .replay, .lecture, .rerun, .terminal, nil: break
    }
    if !result.isShown { Console.print("") }
  }

  // MARK: Branches

  /// Opens a prompt on a copy of the state; what happens there changes nothing here.
  private mutating func branch() {
    keyboard.restore()
    leaveRoom()
    let number = lecture.notebook.nextNumber
    let base = lecture.isShown && lecture.next != nil ? number : max(1, number - 1)
    var terminal = Terminal(
      notebook: lecture.opened, history: history, journal: nil,
      numbering: Numbering(branchOff: base, first: number))
    _ = terminal.talk()
    say("back in the lesson, as it was")
    showSource()
  }
}
