import Language
import CReadline
import Notebook
import Running

/// Runs cells that no person types: from standard input, `-c`, or a file.
struct ScriptRunner {
  /// How results are shown.
  enum Style {
    /// Each displayed value and nothing else, as PyTorch's output would be.
    case values
    /// `In [n]:` and `Out[n]:`, with the prose between them.
    case notebook
  }

  /// The name in front of error messages.
  let file: String
  let keepsGoing: Bool
  var notebook: Notebook
  let style: Style
  /// How the cells are called.
  let numbering: Numbering
  /// How the run ends: with its first error.
  private(set) var status = Status.done
  private var hasEnded = false
  /// What is known of the script's lines.
  private var script = ScriptLines()
  /// Called with each result, for a journal.
  var onResult: ((CellResult) -> Void)?

  init(
    file: String, keepsGoing: Bool, notebook: Notebook = Notebook(), style: Style = .values,
    numbering: Numbering = .ordinary
  ) {
    self.file = file
    self.keepsGoing = keepsGoing
    self.notebook = notebook
    self.style = style
    self.numbering = numbering
  }

  /// Runs a whole text.
  ///
  /// - Throws: ``Status/unreadable`` where it is no session that can be read.
  mutating func run(text: String) throws {
    do {
      run(try SessionFile(text: text, path: file))
    } catch {
      throw Status(of: error)
    }
  }

  /// Runs a file's cells in order.
  mutating func run(_ session: SessionFile) {
    var isFirst = true
    script = session.script
    for item in session.items where !hasEnded {
      if Cancellation.isRequested { return interrupt() }
      switch item {
      case .blank: notebook.note(prose: "")
      case .prose(let text):
        notebook.note(prose: text)
        guard !session.isSession || !Expectation.isMark(text) else { continue }
        if style == .notebook { Console.print(text.visible) }
        isFirst = false
        continue
      case .cell(let cell):
        if style == .notebook, !isFirst { Console.print("") }
        isFirst = false
        run(cell.source, line: cell.line, record: cell.record)
      }
    }
  }

  /// Runs standard input: line by line as it comes, or as a whole where it is a session file.
  ///
  /// - Throws: ``Status/unreadable``.
  mutating func runStandardInput() throws {
    var input = LineInput(descriptor: STDIN_FILENO, name: file)
    var assembler = CellAssembler()
    var line = 0
    var firstLine = 1
    do {
      while !hasEnded, var text = try input.next() {
        line += 1
        if line == 1, text.hasPrefix("#"), SessionFile.beginsSession(text) || text.hasPrefix("#!") {
          let rest = try input.rest()
          run(try SessionFile(text: text + "\n" + rest, path: file))
          return
        }
        guard let content = script.take(text) else { continue }
        text = content
        if !assembler.isOpen {
          firstLine = line
          if text.isProseOrBlank {
            notebook.note(prose: text.contains("#") ? text : "")
            continue
          }
        }
        if let cell = assembler.feed(text) { run(cell, line: firstLine, record: nil) }
      }
      if !hasEnded, let cell = assembler.finish() { run(cell, line: firstLine, record: nil) }
    } catch {
      throw Status(of: error)
    }
  }

  /// Runs one cell.
  ///
  /// - Parameters:
  ///   - source: its text.
  ///   - line: where it stands in the file, or the `rerun` that runs it again.
  ///   - record: what it gave when it was recorded.
  ///   - isRerun: whether it stands elsewhere; its errors then count lines from its own first one.
  private mutating func run(
    _ source: String, line: Int, record: SessionFile.Record?, isRerun: Bool = false
  ) {
    if style == .notebook {
      let shown = isRerun ? source : notebook.inSessionNumbers(source)
      Console.print(NotebookText.input(shown, label: numbering.label(notebook.nextNumber)))
    }
    let result = isRerun ? notebook.run(again: source) : notebook.run(source)
    onResult?(result)
    if result.wasCancelled { return interrupt() }
    // A request that came when the cell was done is meant for what follows.
    defer { if Cancellation.isRequested, status != .interrupted { interrupt() } }
    if let text = result.text {
      let label = numbering.label(result.number)
      Console.print(style == .notebook ? NotebookText.output(text, label: label) : text)
    }
    for timing in result.timings { Console.error("time: \(timing.text)") }
    if let failure = result.failure {
      let place = isRerun ? "\(file):\(line): In[\(numbering.label(result.number))]" : file
      Console.error(
        Console.errorStyle.paint(
          failure.text(
            source: result.typed, file: place, firstLine: isRerun ? 1 : line,
            prompts: isRerun ? [:] : script.prompts, width: Console.errorWidth), .error))
      guard !result.hasFailed(as: record) else { return }
      if status == .done { status = result.wasRefused ? .refused : .failed }
      if !keepsGoing { hasEnded = true }
    }
    switch result.reply {
    case .text(let text): Console.print(text.visibleLines)
    case .message, .terminal, nil: break
    case .quit: hasEnded = true
    case .rerun(let sources):
      for source in sources where !hasEnded {
        run(source, line: line, record: nil, isRerun: true)
      }
    case .replay(let session, let path): replay(session, path: path)
    // Whoever runs a script presses no keys.
    case .lecture(let session, let path):
      _ = notebook.reset()
      replay(session, path: path)
    }
  }

  private mutating func interrupt() {
    Console.error(CellResult.interrupted)
    (status, hasEnded) = (.interrupted, true)
  }

  /// Runs a file's cells inside this session.
  private mutating func replay(_ session: SessionFile, path: String) {
    var inner = ScriptRunner(
      file: path, keepsGoing: keepsGoing, notebook: notebook.entering(path), style: style,
      numbering: numbering)
    inner.run(session)
    notebook = inner.notebook.leaving(to: notebook)
    if status == .done || inner.status == .interrupted { status = inner.status }
    if inner.status != .done, !keepsGoing || inner.status == .interrupted { hasEnded = true }
  }
}
