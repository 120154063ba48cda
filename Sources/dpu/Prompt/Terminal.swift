import Language
import Notebook
import Running

/// A person at a terminal.
struct Terminal {
  /// What the person works with.
  private(set) var notebook: Notebook
  private let history: History
  private let journal: Journal?
  private let progress = ProgressLine()
  private let numbering: Numbering
  /// What comes between the cells of a transcript that is pasted line by line.
  private var output = PastedOutput()
  /// What there is to say before the first prompt.
  private var greeting: String?
  /// What the next prompt has in its line already.
  private var draft = ""
  /// The numbers of the cells that were typed, and of those that came back with a session.
  private var typed: [Int] = []
  /// Whether Ctrl-C has stopped what was entered last.
  private var isStopped = false

  /// Begins with a fresh notebook.
  init() {
    // A new journal removes those that are too old: what is left is there to be resumed. It holds
    // nothing yet itself.
    let journal = Journal.begin()
    let unfinished = Journal.newestUnfinished()
    self.init(notebook: Notebook(), history: History(), journal: journal)
    greeting = unfinished.map {
      "note: unfinished session of \($0): dpu --resume resumes or drops it"
    }
  }

  /// Goes on with a session that was not finished.
  ///
  /// - Throws: `Cancelled`; the journal is then as it was.
  init(resuming session: Journal.Unfinished, journal: Journal) throws {
    let progress = ProgressLine()
    var notebook = Notebook()
    var differences = Resume.Differences()
    try progress.during("restoring") {
      for item in session.file.items {
        try Cancellation.check()
        switch item {
        case .cell(let cell):
          if let result = notebook.restore(cell) { differences.take(result, cell) }
        case .prose(let text): notebook.note(prose: text)
        case .blank: notebook.note(prose: "")
        }
      }
    }
    try Cancellation.check()
    self.init(notebook: notebook, history: History(), journal: journal)
    typed = notebook.log.cells.map(\.number)
    greeting = try Resume.summary(of: notebook, date: session.date, differences)
  }

  /// Goes on from a state: as the notebook itself, or without a journal in a branch off it.
  init(
    notebook: Notebook, history: History, journal: Journal?, numbering: Numbering = .ordinary
  ) {
    self.notebook = notebook
    self.notebook.isAtPrompt = true
    self.history = history
    self.journal = journal
    self.numbering = numbering
  }

  /// Greets, and talks until the person leaves.
  mutating func run() -> Status {
    Console.print(
      """
      dpu \(DPU.configuration.version): pruned convolutions and their gradients, as PyTorch prints them
      Try: conv 1 2 3, then mask 0.5, forward, relu, backward, filters; or help

      """)
    if let greeting { Console.error(Console.errorStyle.paint(greeting, .note) + "\n") }
    return talk()
  }

  /// Talks until the person leaves.
  mutating func talk() -> Status {
    var assembler = CellAssembler()
    while true {
      switch LineReader.read(request(assembler)) {
      case .end:
        Console.print("")
        // After an open bracket it ends the cell, not the session.
        if let cell = assembler.finish() {
          history.add(cell)
          _ = run(cell)
          continue
        }
        leave()
        return .done
      case .interrupted:
        assembler = CellAssembler()
        output.end()
      case .text(let text):
        if !assembler.isOpen, output.contains(text) { continue }
        let next = take(Self.commands(in: text, assembler), &assembler)
        // What was asked to stop has stopped; a request that comes later is for the prompt.
        if isStopped { Cancellation.clear() }
        isStopped = false
        if next == .leave {
          leave()
          return .done
        }
      }
    }
  }

  /// Ends the journal, and says how to get back what was typed and not saved.
  private func leave() {
    let unsaved = typed.count { notebook.isUnsaved($0) }
    guard let journal, journal.end(unsaved > 0 ? .left : .finished), unsaved > 0,
      notebook.session.showsNotes
    else { return }
    let what = unsaved == 1 ? "1 cell was" : "\(unsaved) cells were"
    say("note: \(what) not saved; dpu --resume brings the session back")
  }

  /// What the next prompt shows and offers.
  private mutating func request(_ assembler: CellAssembler) -> LineReader.Request {
    let label = numbering.label(notebook.nextNumber)
    let continuation = NotebookText.continuation(label)
    let completer = Completer(notebook)
    let pending = assembler.isOpen ? assembler.pending : nil
    defer { draft = "" }
    return LineReader.Request(
      prompt: Console.style.paintPrompt(
        assembler.isOpen ? continuation : NotebookText.prompt(label), .input),
      continuation: continuation, text: draft,
      complete: { line, cursor in
        // Put together here: of a cell of a million lines it takes long, and each has a prompt.
        let before = pending.map { $0 + "\n" } ?? ""
        let skipped = before.utf8.count
        var completion = completer.completion(of: before + line, cursor: skipped + cursor)
        // What began in a line above cannot be replaced.
        guard completion.start >= skipped else { return Completion() }
        completion.start -= skipped
        return completion
      },
      shown: { Self.firstCell(in: Self.commands(in: $0, assembler), assembler) })
  }

  /// What is to be run of a text that was entered.
  private static func commands(in text: String, _ assembler: CellAssembler) -> String {
    assembler.isOpen ? PasteFilter.continuation(text) : PasteFilter.commands(in: text)
  }

  /// A text up to the end of its first cell.
  private static func firstCell(in text: String, _ assembler: CellAssembler) -> String {
    var trial = assembler
    var shown: [String] = []
    for line in text.lines {
      if !trial.isOpen, line.isProseOrBlank {
        if line.contains("#") { shown.append(line) }
        continue
      }
      shown.append(line)
      if trial.feed(line) != nil { break }
    }
    return shown.joined(separator: "\n")
  }

  private enum Next {
    case go, leave
  }

  /// Takes what was entered: one line, or several that run in order up to an error or Ctrl-C.
  ///
  /// Of several the first cell stands at the prompt; each further one is shown when its turn comes.
  private mutating func take(_ text: String, _ assembler: inout CellAssembler) -> Next {
    remember(text, assembler)
    var isFirst = true
    let lines = text.lines
    for (index, line) in lines.enumerated() {
      if !assembler.isOpen, line.isProseOrBlank {
        if !isFirst, line.contains("#") { Console.print(line.visible) }
        let prose = line.contains("#") ? line : ""
        if notebook.note(prose: prose) { journal?.append(prose: prose) }
        continue
      }
      guard let cell = assembler.feed(line) else { continue }
      if !isFirst { show(cell) }
      isFirst = false
      let next = run(cell)
      if next == .leave { return .leave }
      let left = lines[(index + 1)...].count { !$0.isProseOrBlank }
      if hasStopped(next, left: left, "pasted line") { return .go }
    }
    if !isFirst, assembler.isOpen { show(assembler.pending) }
    return .go
  }

  private func show(_ cell: String) {
    Console.print(NotebookText.input(cell, label: numbering.label(notebook.nextNumber)))
  }

  /// Ends a run of several after a cell that failed, or where Ctrl-C was pressed meanwhile.
  ///
  /// - Parameters:
  ///   - next: what came of the cell.
  ///   - left: how many would follow.
  ///   - kind: what those are.
  /// - Returns: whether it ends.
  private mutating func hasStopped(_ next: Next?, left: Int, _ kind: String) -> Bool {
    guard left > 0 else { return next != .go }
    if next == .go {
      guard Cancellation.isRequested else { return false }
      Console.error(Console.errorStyle.paint("interrupted", .error))
      isStopped = true
    }
    say("note: \(left) \(kind)\(left == 1 ? " was" : "s were") not run")
    return true
  }

  /// Adds what was entered to the history as soon as it is whole, before anything can go wrong.
  private func remember(_ text: String, _ assembler: CellAssembler) {
    guard !assembler.isOpen(behind: text) else { return }
    history.add(assembler.isOpen ? assembler.pending + "\n" + text : text)
  }

  /// Runs a cell and shows what came of it; nil where it failed.
  private mutating func run(_ cell: String) -> Next? {
    let source = numbering.resolved(cell, next: notebook.nextNumber)
    // A cell that is one literal is a word of megabytes.
    let label = cell.prefix(20).prefix { $0 != " " && $0 != "\n" }
    let result = progress.during(String(label)) {
      notebook.run(source)
    }
    isStopped = isStopped || result.wasCancelled
    typed.append(result.number)
    journal?.append(result)
    result.show(in: notebook, label: numbering.label(result.number))
    guard result.failure == nil else { return nil }
    switch result.reply {
    case .text(let text):
      do throws(Cancelled) {
        let lines = try text.eachLine.map { line throws(Cancelled) in
          try Cancellation.check()
          return String(line).visible
        }
        Console.print(Screen.cut(lines).joined(separator: "\n") + "\n")
      } catch {
        Console.error(Console.errorStyle.paint(CellResult.interrupted, .error) + "\n")
      }
    case .message(let text): say(numbering.labelled(text, next: notebook.nextNumber).visible)
    case .quit: return .leave
    case .rerun(let sources): return rerun(sources)
    case .terminal(let request): carryOut(request)
    case .lecture(let file, let path): present(file, path)
    case .replay(let file, let path): replay(file, path)
    case nil: break
    }
    return .go
  }

  private mutating func replay(_ file: SessionFile, _ path: String) {
    var runner = ScriptRunner(
      file: path, keepsGoing: false, notebook: notebook.entering(path), style: .notebook,
      numbering: numbering)
    runner.onResult = { [journal] in journal?.append($0) }
    runner.run(file)
    isStopped = isStopped || runner.status == .failed && Cancellation.isRequested
    notebook = runner.notebook.leaving(to: notebook)
    Cancellation.clear()
    Console.print("")
  }

  /// Walks through a file in a session of its own, to which the person's is a step of undo away.
  private mutating func present(_ file: SessionFile, _ path: String) {
    let reset = notebook.reset()
    journal?.append(reset)
    if Presenter.isPossible {
      let lecture = Lecture(file, in: notebook.entering(path), outer: notebook)
      var presenter = Presenter(
        lecture, path: path, history: history, journal: journal, numbering: numbering)
      notebook = presenter.run()
    } else {
      replay(file, path)
    }
    let resets = notebook.resets(since: reset.number)
    guard resets > 0 else { return }
    let text =
      resets == 1
      ? "undo reset returns to your session"
      : "undo reset, \(resets) times, returns to your session: the file resets it, too"
    say(text)
  }

  private mutating func rerun(_ sources: [String]) -> Next? {
    var (isSeeded, hasDrawn) = (false, false)
    for (index, source) in sources.enumerated() {
      let before = notebook.session.generator
      show(source)
      let next = run(source)
      isSeeded = isSeeded || Notebook.seeds(source)
      hasDrawn = hasDrawn || !isSeeded && notebook.session.generator != before
      let left = sources.count - index - 1
      if hasStopped(next, left: left, "cell") { return nil }
    }
    if hasDrawn, notebook.session.showsNotes { say("note: " + Note.drawnAnew.text) }
    return .go
  }

  private mutating func carryOut(_ request: TerminalRequest) {
    switch request {
    case .edit(let text): draft = text
    case .cut(let isOn): Screen.setCutting(isOn)
    case .more(let all):
      guard let lines = Screen.rest(all: all) else {
        return say("note: everything was shown")
      }
      Console.print(lines.joined(separator: "\n") + "\n")
    }
  }

  private func say(_ text: String) {
    Console.error(Console.errorStyle.paint(text, .note) + "\n")
  }
}
