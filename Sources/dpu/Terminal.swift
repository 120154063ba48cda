import Kernels
import Notebook

/// A person at a terminal.
struct Terminal {
  private var notebook = Notebook()
  private let history = History()
  private let journal: Journal?
  private let progress = ProgressLine()

  /// Begins with a fresh notebook.
  init() { journal = Journal() }

  /// Goes on with a session that was not finished.
  init(resuming unfinished: Journal.Unfinished) {
    journal = Journal(path: unfinished.path)
    progress.during("restoring") {
      for item in unfinished.file.items {
        switch item {
        case .cell(let cell): notebook.restore(cell)
        case .prose(let text): notebook.note(prose: text)
        case .blank: break
        }
      }
    }
  }

  /// Talks until the person leaves.
  mutating func run() -> Status {
    Console.print(
      """
      dpu \(DPU.configuration.version): pruned convolutions and their gradients, as PyTorch prints them
      Try: conv 1 2 3, then mask 0.5, forward, relu, backward, filters; or help

      """)
    var assembler = CellAssembler()
    while true {
      let number = notebook.nextNumber
      let session = notebook.session
      LineReader.complete = { Completer(session: session).completion(of: $0, cursor: $1) }
      let prompt =
        assembler.isOpen ? NotebookText.continuation(number) : NotebookText.prompt(number)
      switch LineReader.read(prompt: Console.style.paintPrompt(prompt, .input)) {
      case .end:
        Console.print("")
        journal?.finish()
        return .done
      case .interrupted:
        assembler = CellAssembler()
      case .text(let text):
        if take(PasteFilter.commands(in: text), &assembler) == .leave {
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
        if line.contains("#") {
          notebook.note(prose: line)
          journal?.append(prose: line)
        }
        continue
      }
      guard let cell = assembler.feed(line) else { continue }
      // A paste shows each cell with its number, since only the first one stands behind a prompt.
      if isPaste, index > 0, !(cell.contains("\n") && index == lines.count - 1) {
        Console.print(NotebookText.input(cell, number: notebook.nextNumber))
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
    var trial = assembler
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      _ = trial.feed(String(line))
    }
    guard !trial.isOpen else { return }
    history.add(assembler.isOpen ? assembler.pending + "\n" + text : text)
  }

  /// Runs a cell and shows what came of it; nil where it failed.
  private mutating func run(_ cell: String) -> Next? {
    Cancellation.clear()
    let result = progress.during(String(cell.prefix { $0 != " " && $0 != "\n" })) {
      notebook.run(cell)
    }
    journal?.append(result)
    show(result)
    guard result.failure == nil else { return nil }
    switch result.reply {
    case .text(let text): Console.print(text + "\n")
    case .message(let text): Console.error(Console.errorStyle.paint(text, .note) + "\n")
    case .quit: return .leave
    case .rerun(let sources):
      for source in sources {
        Console.print(NotebookText.input(source, number: notebook.nextNumber))
        guard run(source) == .go else { return nil }
      }
    case .replay(let file, let path):
      var runner = ScriptRunner(
        file: path, keepsGoing: false, notebook: notebook.entering(path), style: .notebook)
      runner.onResult = { [journal] in journal?.append($0) }
      runner.run(file)
      notebook = runner.notebook.leaving(to: notebook)
      Console.print("")
    case nil: break
    }
    return .go
  }

  private func show(_ result: CellResult) {
    if let text = result.text {
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let masked = result.maskedLines(in: notebook.session)
      if result.source.filter({ $0 != " " }) != "_" { lines = Screen.fitting(lines) }
      for index in lines.indices where masked.contains(index) {
        lines[index] = Console.style.paint(lines[index], .masked)
      }
      Console.print(
        NotebookText.output(lines.joined(separator: "\n"), number: result.number) + "\n")
    }
    if let timing = result.timing { Console.error("time: \(timing.text)") }
    for note in result.notes {
      Console.error(Console.errorStyle.paint("note: \(note.text)", .note))
    }
    if result.wasCancelled {
      Console.error(Console.errorStyle.paint("interrupted: the state is as before", .error) + "\n")
    } else if let failure = result.failure {
      let text = failure.text(
        source: result.source, file: "In[\(result.number)]", firstLine: 1)
      Console.error(Console.errorStyle.paint(text, .error) + "\n")
    }
  }
}
