import Notebook

/// A person at a terminal.
struct Terminal {
  private var notebook = Notebook()
  private let history = History()

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
      switch LineReader.read(
        prompt: Console.style.paintPrompt(
          assembler.isOpen ? NotebookText.continuation(number) : NotebookText.prompt(number),
          .input))
      {
      case .end:
        Console.print("")
        return .done
      case .interrupted:
        assembler = CellAssembler()
      case .text(let text):
        if take(text, &assembler) == .leave { return .done }
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
    for (index, line) in lines.enumerated() {
      if !assembler.isOpen, line.isProseOrBlank {
        if line.contains("#") { notebook.note(prose: line) }
        continue
      }
      guard let cell = assembler.feed(line) else { continue }
      if lines.count > 1, index < lines.count - 1 || cell.contains("\n") == false, index > 0 {
        Console.print(NotebookText.input(cell, number: notebook.nextNumber))
      }
      switch run(cell) {
      case .leave: return .leave
      case .go: break
      case nil:
        let left = lines[(index + 1)...].filter { !$0.isProseOrBlank }.count
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
    let result = notebook.run(cell)
    if let text = result.text {
      Console.print(NotebookText.output(text, number: result.number) + "\n")
    }
    if let timing = result.timing { Console.error("time: \(timing.text)") }
    for note in result.notes {
      Console.error(Console.errorStyle.paint("note: \(note.text)", .note))
    }
    if let failure = result.failure {
      Console.error(
        failure.text(source: cell, file: "In[\(result.number)]", firstLine: 1) + "\n")
      return nil
    }
    switch result.reply {
    case .text(let text): Console.print(text + "\n")
    case .message(let text): Console.error(text)
    case .quit: return .leave
    case .rerun(let sources):
      for source in sources {
        Console.print(NotebookText.input(source, number: notebook.nextNumber))
        guard run(source) == .go else { return nil }
      }
    case .replay(let file, let path):
      var runner = ScriptRunner(
        file: path, keepsGoing: false, notebook: notebook.entering(path), style: .notebook)
      runner.run(file)
      notebook = runner.notebook.leaving(to: notebook)
      Console.print("")
    case nil: break
    }
    return .go
  }
}
