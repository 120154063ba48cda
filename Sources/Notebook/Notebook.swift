import Kernels
import Tensors

/// A session with its log: what a person works with.
///
/// Typing, piping, replaying, checking and testing differ only in where the lines come from and
/// where the results go; all of them call ``run(_:)``.
public struct Notebook {
  /// The state that cells change.
  public internal(set) var session = Session()
  /// What was run and said, in order.
  public internal(set) var log = Log()
  /// The states to go back and forward to.
  var timeline: Timeline
  /// Which files may be read and written.
  public private(set) var files: FileAccess
  /// Whether the cells come from a session file.
  public var isReplaying = false
  /// What was written, and by which cell.
  var saves: [(number: Int, path: String)] = []

  /// Makes a notebook with a fresh session.
  ///
  /// - Parameters:
  ///   - files: which files may be read and written.
  ///   - undoBudget: the bytes that states kept for undo may hold on to; older ones are rebuilt.
  public init(files: FileAccess = .everything, undoBudget: Int? = nil) {
    self.files = files
    timeline = Timeline(session, budget: undoBudget ?? Timeline.defaultBudget)
  }

  /// The number that the next cell takes.
  public var nextNumber: Int { log.nextNumber }

  /// Runs one cell: its whole text, as ``CellAssembler`` puts it together.
  ///
  /// A cell that fails or is cancelled leaves the session as it was; it takes a number all the same.
  public mutating func run(_ source: String) -> CellResult {
    var result = CellResult(number: log.nextNumber, source: source)
    do {
      let syntax = try Parser.parse(source)
      result.source = syntax.withoutTime(source)
      if let (command, call) = Self.notebookCommand(syntax) {
        result.isAside = true
        if call.time == nil {
          result.reply = try run(command, call)
        } else {
          let (reply, timing) = try Timing.measure { try run(command, call) }
          result.reply = reply
          result.timings = [timing]
        }
        if case .replay? = result.reply, !isFresh, session.showsNotes {
          result.notes = [.replaysOnSession]
        }
      } else {
        try evaluate(syntax, into: &result)
      }
    } catch let placed as Placed {
      result.failure = Diagnostic(
        placed.error, range: placed.range, statement: placed.statement, in: session)
    } catch let diagnostic as Diagnostic {
      result.failure = diagnostic
      result.wasRefused = diagnostic.isRefusal
    } catch is Cancelled {
      result.wasCancelled = true
      result.failure = Diagnostic(message: CellResult.interrupted, range: 0..<0)
    } catch {
      result.failure = Diagnostic(message: "\(error)", range: 0..<source.utf8.count)
    }
    if let failure = result.failure,
      let remedy = Advice(session: session).remedy(for: failure, in: source)
    {
      result.failure = failure.advising(remedy)
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

  /// Keeps a line of prose for the log; an empty one, between two of them, ends a paragraph.
  ///
  /// - Returns: whether it was kept.
  @discardableResult
  public mutating func note(prose: String) -> Bool { log.append(prose: prose) }

  /// Begins anew, as the command `reset` does: what a lecture begins with.
  public mutating func reset() -> CellResult { run(ResetCommand.name) }

  /// How often `undo reset` must be typed to return to before a cell.
  public func resets(since number: Int) -> Int { log.resets(since: number) }

  /// Whether the state is that of a fresh notebook: nothing was run, or nothing since a reset.
  public var isFresh: Bool {
    timeline.position == 0 || timeline.cells[timeline.position - 1] == log.lastReset
  }

  /// Takes a cell from the journal of an earlier process, so that numbers, state and undo become
  /// what they were: what failed and what worked on files is noted and not run.
  ///
  /// - Returns: what came of a cell that was run.
  @discardableResult
  public mutating func restore(_ cell: SessionFile.Cell) -> CellResult? {
    if case .failure(let lines) = cell.record {
      log.append(source: cell.source, status: .failed(lines.joined(separator: "\n")))
      return nil
    }
    if let syntax = try? Parser.parse(cell.source),
      let (command, _) = Self.notebookCommand(syntax),
      command != UndoCommand.self, command != RedoCommand.self
    {
      log.append(source: cell.source, status: .aside)
      return nil
    }
    return run(cell.source)
  }

  /// The notebook command that a cell holds alone.
  private static func notebookCommand(
    _ syntax: CellSyntax
  ) -> (any NotebookCommand.Type, CommandSyntax)? {
    guard syntax.commands.count == 1, case .verb(let verb) = syntax.commands[0].head else {
      return nil
    }
    return CommandTable.notebookCommand(verb).map { ($0, syntax.commands[0]) }
  }

  private mutating func evaluate(_ syntax: CellSyntax, into result: inout CellResult) throws {
    let bytesBefore = Memory.bytesClaimed
    // The evaluation holds on to log and timeline, which must be unique again before they grow.
    let (value, evaluation) = try evaluated(syntax, from: session)
    result.timings = evaluation.timings
    if let value, !syntax.isQuiet {
      result.text = value.text(options: evaluation.session.printOptions)
      result.value = value
    }
    try Cancellation.check()
    result.notes = evaluation.session.showsNotes ? evaluation.notes : []
    session = evaluation.session
    result.isReset = syntax.isReset
    let bytes = Memory.bytesClaimed - bytesBefore
    for number in timeline.append(session, cell: result.number, bytes: bytes) {
      log.giveUpValue(of: number)
    }
  }

  /// What a cell makes of a state.
  ///
  /// - Returns: its last value, the state behind it, and its notes.
  /// - Throws: ``Diagnostic``, `Cancelled`.
  func evaluated(
    _ syntax: CellSyntax, from session: Session
  ) throws -> (value: Value?, after: (session: Session, notes: [Note], timings: [Timing])) {
    var evaluation = Evaluation(session: session) { try output($0) }
    let value = try evaluation.run(syntax)
    if let value, !syntax.isQuiet { evaluation.session.last = value }
    return (value, (evaluation.session, evaluation.notes, evaluation.timings))
  }

  private mutating func run(
    _ command: any NotebookCommand.Type, _ syntax: CommandSyntax
  ) throws -> Reply {
    do {
      return try command.run(Call(syntax, to: command), in: &self)
    } catch let placed as Placed {
      throw Diagnostic(
        placed.error, verb: command.name, range: placed.range,
        statement: syntax.range.lowerBound)
    } catch let error as any Explained {
      throw Diagnostic(
        error, verb: command.name, range: syntax.range, statement: syntax.range.lowerBound)
    }
  }
}
