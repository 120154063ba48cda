import Kernels
import Notebook

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

  /// Begins with a fresh notebook.
  init() {
    self.init(notebook: Notebook(), history: History(), journal: Journal.begin())
  }

  /// Goes on with a session that was not finished.
  init(resuming file: SessionFile, journal: Journal) {
    let progress = ProgressLine()
    var notebook = Notebook()
    progress.during("restoring") {
      for item in file.items {
        switch item {
        case .cell(let cell): notebook.restore(cell)
        case .prose(let text): notebook.note(prose: text)
        case .blank: notebook.note(prose: "")
        }
      }
    }
    self.init(notebook: notebook, history: History(), journal: journal)
  }

  /// Goes on from a state: as the notebook itself, or without a journal in a branch off it.
  init(
    notebook: Notebook, history: History, journal: Journal?, numbering: Numbering = .ordinary
  ) {
    self.notebook = notebook
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
    return talk()
  }

  /// Talks until the person leaves.
  mutating func talk() -> Status {
    var assembler = CellAssembler()
    while true {
      let label = numbering.label(notebook.nextNumber)
      let session = notebook.session
      LineReader.complete = { Completer(session: session).completion(of: $0, cursor: $1) }
      let prompt =
        assembler.isOpen ? NotebookText.continuation(label) : NotebookText.prompt(label)
      switch LineReader.read(prompt: Console.style.paintPrompt(prompt, .input)) {
      case .end:
        Console.print("")
        // Behind an open bracket it ends the cell, not the session.
        if let cell = assembler.finish() {
          history.add(cell)
          _ = run(cell)
          continue
        }
        journal?.finish()
        return .done
      case .interrupted:
        assembler = CellAssembler()
        output.end()
      case .text(let text):
        if !assembler.isOpen, output.contains(text) { continue }
        let commands =
          assembler.isOpen ? PasteFilter.continuation(text) : PasteFilter.commands(in: text)
        if take(commands, &assembler) == .leave {
          journal?.finish()
          return .done
        }
      }
    }
  }

  private enum Next {
    case go, leave
  }

  /// Takes what was entered: one line, or a paste of several that run in order up to an error.
  private mutating func take(_ text: String, _ assembler: inout CellAssembler) -> Next {
    remember(text, assembler)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let isPaste = lines.count { !$0.isProseOrBlank } > 1
    for (index, line) in lines.enumerated() {
      if !assembler.isOpen, line.isProseOrBlank {
        let prose = line.contains("#") ? line : ""
        if notebook.note(prose: prose) { journal?.append(prose: prose) }
        continue
      }
      guard let cell = assembler.feed(line) else { continue }
      // A paste shows each cell with its number, since only the first one stands behind a prompt.
      if isPaste, index > 0, !(cell.contains("\n") && index == lines.count - 1) {
        Console.print(NotebookText.input(cell, label: numbering.label(notebook.nextNumber)))
      }
      switch run(cell) {
      case .leave: return .leave
      case .go: break
      case nil:
        let left = lines[(index + 1)...].count { !$0.isProseOrBlank }
        if left > 0 {
          Console.error("note: \(left) pasted line\(left == 1 ? " was" : "s were") not run")
        }
        return .go
      }
    }
    return .go
  }

  /// Adds what was entered to the history as soon as it is whole, before anything can go wrong.
  private func remember(_ text: String, _ assembler: CellAssembler) {
    guard !assembler.isOpen(behind: text) else { return }
    history.add(assembler.isOpen ? assembler.pending + "\n" + text : text)
  }

  /// Runs a cell and shows what came of it; nil where it failed.
  private mutating func run(_ cell: String) -> Next? {
    Cancellation.clear()
    let source = numbering.resolved(cell, next: notebook.nextNumber)
    let result = progress.during(String(cell.prefix { $0 != " " && $0 != "\n" })) {
      notebook.run(source)
    }
    if result.wasCancelled { Cancellation.clear() }
    journal?.append(result)
    result.show(in: notebook, label: numbering.label(result.number))
    guard result.failure == nil else { return nil }
    switch result.reply {
    case .text(let text): Console.print(text.visibleLines + "\n")
    case .message(let text):
      let labelled = numbering.labelled(text, next: notebook.nextNumber).visible
      Console.error(Console.errorStyle.paint(labelled, .note) + "\n")
    case .quit: return .leave
    case .rerun(let sources):
      for source in sources {
        Console.print(NotebookText.input(source, label: numbering.label(notebook.nextNumber)))
        guard run(source) == .go else { return nil }
      }
    case .lecture(let file, let path): step(through: file, path)
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
    notebook = runner.notebook.leaving(to: notebook)
    Cancellation.clear()
    Console.print("")
  }

  /// Walks through a file in a session of its own, to which the person's is a step of undo away.
  private mutating func step(through file: SessionFile, _ path: String) {
    let reset = notebook.reset()
    journal?.append(reset)
    if Stepper.isPossible {
      let lecture = Lecture(file, in: notebook.entering(path), outer: notebook)
      var stepper = Stepper(
        lecture, path: path, history: history, journal: journal, numbering: numbering)
      notebook = stepper.run()
    } else {
      replay(file, path)
    }
    let resets = notebook.resets(since: reset.number)
    guard resets > 0 else { return }
    let text =
      resets == 1
      ? "undo reset returns to your session"
      : "undo reset, \(resets) times, returns to your session: the file resets it, too"
    Console.error(Console.errorStyle.paint(text, .note) + "\n")
  }
}
