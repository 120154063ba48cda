import Kernels

/// A session with its log: what a person works with.
///
/// Typing, piping, replaying, checking and testing differ only in where the lines come from and
/// where the results go; all of them call ``run(_:)``.
public struct Notebook {
  /// The state that cells change.
  public private(set) var session = Session()
  /// What was run and said, in order.
  public private(set) var log = Log()
  /// Which files may be read and written.
  public private(set) var files: FileAccess
  /// Whether the cells come from a session file.
  public var isReplaying = false
  /// Paths that this notebook has written, which it may write again.
  var savedPaths: Set<String> = []

  /// Makes a notebook with a fresh session.
  public init(files: FileAccess = .everything) { self.files = files }

  /// The number that the next cell takes.
  public var nextNumber: Int { log.nextNumber }

  /// Runs one cell: its whole text, as ``CellAssembler`` puts it together.
  ///
  /// A cell that fails or is cancelled leaves the session as it was; it takes a number all the same.
  public mutating func run(_ source: String) -> CellResult {
    let number = log.nextNumber
    var result = CellResult(number: number, source: source)
    do {
      let syntax = try Parser.parse(source)
      if syntax.commands.count == 1, case .verb(let verb) = syntax.commands[0].head,
        let command = CommandTable.notebookCommand(verb)
      {
        result.reply = try run(command, syntax.commands[0])
        result.isAside = true
      } else {
        try evaluate(syntax, into: &result)
      }
    } catch let diagnostic as Diagnostic {
      result.failure = diagnostic
      result.wasRefused = diagnostic.isRefusal
    } catch is Cancelled {
      result.wasCancelled = true
      result.failure = Diagnostic(message: "interrupted", range: 0..<0)
    } catch {
      result.failure = Diagnostic(message: "\(error)", range: 0..<source.utf8.count)
    }
    log.append(result)
    return result
  }

  /// The same notebook for the cells of a file, which may read that file's folder and no more.
  public func entering(_ path: String) -> Notebook {
    var inner = self
    inner.files = FileAccess(reading: .folders([TextFile.folder(of: path)]), writing: .folders([]))
    inner.isReplaying = true
    return inner
  }

  /// The notebook behind a file's cells, with the rights it had before them.
  public func leaving(to outer: Notebook) -> Notebook {
    var next = self
    next.files = outer.files
    next.isReplaying = outer.isReplaying
    return next
  }

  /// Keeps a line of prose for the log.
  public mutating func note(prose: String) { log.append(prose: prose) }

  private mutating func evaluate(_ syntax: CellSyntax, into result: inout CellResult) throws {
    let log = log
    var evaluation = Evaluation(session: session) { try log.output($0) }
    let value = try evaluation.run(syntax)
    if let value, !syntax.isQuiet {
      result.text = value.text(options: evaluation.session.printOptions)
      result.value = value
      evaluation.session.last = value
    }
    try Cancellation.check()
    result.notes = evaluation.session.showsNotes ? evaluation.notes : []
    session = evaluation.session
  }

  private mutating func run(
    _ command: any NotebookCommand.Type, _ syntax: CommandSyntax
  ) throws -> Reply {
    do {
      return try command.run(Call(syntax, to: command), in: &self)
    } catch let placed as Placed {
      throw Diagnostic(placed.error, verb: command.name, range: placed.range)
    } catch let error as any Explained {
      throw Diagnostic(error, verb: command.name, range: syntax.range)
    }
  }
}

/// What came of one cell.
public struct CellResult {
  /// The cell's number, from 1.
  public let number: Int
  /// Its text.
  public let source: String
  /// The displayed value.
  public internal(set) var value: Value?
  /// The displayed value as text.
  public internal(set) var text: String?
  /// What would otherwise mislead.
  public internal(set) var notes: [Note] = []
  /// What went wrong, if something did.
  public internal(set) var failure: Diagnostic?
  /// Whether it stopped because somebody asked for that.
  public internal(set) var wasCancelled = false
  /// Whether it was refused for safety.
  public internal(set) var wasRefused = false
  /// What a notebook command asks for.
  public internal(set) var reply: Reply?
  /// Whether it worked on the notebook and not on the session: it is not part of what a replay
  /// needs.
  public internal(set) var isAside = false

  init(number: Int, source: String) {
    self.number = number
    self.source = source
  }
}
