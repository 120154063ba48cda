import Language
import Running
import Tensors

/// A session with its log: what a person works with.
///
/// Typing, piping, replaying, checking and testing differ only in where the lines come from and
/// where the results go; all of them call ``run(_:)``.
public struct Notebook {
  /// What the last accepted cell has left.
  var state = SessionState(Session())
  /// What was run and said, in order.
  public internal(set) var log = Log()
  /// The states to go back and forward to.
  var timeline: Timeline
  /// Which files may be read and written.
  public private(set) var files: FileAccess
  /// Whether the cells come from a session file.
  public var isReplaying = false
  /// What was written, and which cell was the last one in force then.
  private(set) var saves: [(cell: Int, path: String, version: FileVersion)] = []
  /// What was exported.
  private var exports: [FileVersion] = []
  /// The number of the last cell before a file's own, where the cells come from a file that is run
  /// inside a session: what they call 1 is the next.
  var base = 0
  /// How many cells `rerun` has run for a file.
  var cellsRerun = 0
  /// The checksums of the files that cells read, by cell: a state is rebuilt from the same bytes.
  private(set) var checksums: [Int: [UInt32]] = [:]
  /// Whether cells write the files of values that they save: not where they are only shown once more.
  var writesValues = true
  /// Whether a person types the cells, at a terminal that can do what ``TerminalRequest`` asks.
  public var isAtPrompt = false

  /// Makes a notebook with a fresh session.
  ///
  /// - Parameters:
  ///   - files: which files may be read and written.
  ///   - undoBudget: the bytes that states kept for undo may hold on to; older ones are rebuilt.
  public init(files: FileAccess = .everything, undoBudget: Int? = nil) {
    self.files = files
    timeline = Timeline(state, budget: undoBudget ?? Timeline.defaultBudget)
  }

  /// The session that cells change.
  public internal(set) var session: Session {
    get { state.session }
    set { state = SessionState(newValue) }
  }

  /// The number that the next cell takes.
  public var nextNumber: Int { log.nextNumber }

  /// Runs one cell: its whole text, as ``CellAssembler`` puts it together.
  ///
  /// A cell that fails or is cancelled leaves the session as it was; it takes a number all the same.
  public mutating func run(_ source: String) -> CellResult {
    run(source, base: base)
  }

  /// Runs a cell once more, as the log has it: `rerun` names it.
  public mutating func run(again source: String) -> CellResult { run(source, base: 0) }

  /// A file's cell as the log and whoever reads along have it, in the session's numbers.
  public func inSessionNumbers(_ source: String) -> String {
    base == 0 ? source : Transcript.renumbered(source) { $0 < 1 ? $0 : $0 + base }
  }

  /// Runs a cell whose `Out[n]` count from after `base`.
  private mutating func run(_ source: String, base: Int) -> CellResult {
    var result = CellResult(
      number: log.nextNumber, source: base == 0 ? source : inSessionNumbers(source), typed: source)
    do {
      let syntax = try Parser.parse(source)
      let cell = syntax.withoutTime(source)
      result.source = base == 0 ? cell : inSessionNumbers(cell)
      if let (command, call) = Self.notebookCommand(syntax) {
        result.isAside = true
        if syntax.statements.first?.time == nil {
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
        try evaluate(syntax, base: base, into: &result)
      }
    } catch let placed as Placed {
      result.failure = Diagnostic(
        placed.error, range: placed.range, statement: placed.statement, in: session)
    } catch let diagnostic as Diagnostic {
      result.failure = diagnostic
      result.wasRefused = diagnostic.isRefusal
    } catch let cancelled as Cancelled {
      result.wasCancelled = true
      let place = cancelled.place.map { " (\($0))" } ?? ""
      result.failure = Diagnostic(message: CellResult.interrupted + place, range: 0..<0)
    } catch let error as any Explained {
      result.failure = Diagnostic(error, range: 0..<source.utf8.count)
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

  /// The same notebook for the cells of a file, which may read that file's folder and no more, and
  /// whose `undo`, `rerun` and `Out[n]` mean its own cells.
  public func entering(_ path: String) -> Notebook {
    var inner = self
    let folder = TextFile.folder(of: path)
    inner.files = FileAccess(reading: .folders([folder]), writing: .folders([]), folder: folder)
    inner.isReplaying = true
    inner.base = nextNumber - 1
    inner.cellsRerun = 0
    inner.isAtPrompt = false
    return inner
  }

  /// The notebook behind a file's cells, with the rights it had before them.
  public func leaving(to outer: Notebook) -> Notebook {
    var next = self
    next.files = outer.files
    next.isReplaying = outer.isReplaying
    (next.base, next.cellsRerun) = (outer.base, outer.cellsRerun)
    next.isAtPrompt = outer.isAtPrompt
    return next
  }

  /// Whether a cell seeds the generator, so that running it again draws the same numbers.
  public static func seeds(_ source: String) -> Bool {
    let statements = (try? Parser.parse(source).statements) ?? []
    return statements.contains { $0.command?.verb == SeedCommand.name }
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

  /// Whether a cell did something for the session that no saved file has.
  public func isUnsaved(_ number: Int) -> Bool {
    guard let cell = log[number], cell.status == .accepted, !cell.isReset else { return false }
    return !saves.contains { $0.cell >= number && log[$0.cell]?.status == .accepted }
  }

  /// Writes a session file of the cells that succeeded.
  ///
  /// - Parameters:
  ///   - path: its name.
  ///   - replaces: whether it may take the place of what was not written from here.
  /// - Throws: ``FileError``.
  mutating func save(to path: String, replacing replaces: Bool) throws(FileError) {
    let expectation = try expectation(at: path, replacing: replaces)
    let text: String
    do { text = try Transcript.text(of: log) } catch { throw .interrupted(path) }
    let version = try files.write(text, to: path, expecting: expectation)
    saves.append((timeline.lastCell, path, version))
  }

  /// Writes the session since the last reset in another format.
  ///
  /// - Parameters:
  ///   - path: where.
  ///   - format: which.
  ///   - replaces: whether it may take the place of what was not written from here.
  /// - Throws: ``FileError``, ``ExportError``, `OutOfMemory`, `Cancelled`.
  mutating func export(
    to path: String, as format: any Export, replacing replaces: Bool
  ) throws {
    let expectation = try expectation(at: path, replacing: replaces)
    let text = try Transcript.text(of: log)
    let replayed: ReplayedFile
    do {
      replayed = try ReplayedFile(SessionFile(text: text, path: path), path: path, files: files)
    } catch let failure as ReplayFailure {
      throw ExportError.cellFails(number: failure.number, message: failure.failure.message)
    }
    exports.append(
      try files.write(try format.text(of: replayed), to: path, expecting: expectation))
  }

  /// What may be replaced where a file is written.
  private func expectation(
    at path: String, replacing replaces: Bool
  ) throws(FileError) -> FileReplacement.Expectation {
    // Whether there is such a file is not for everybody to know.
    guard files.allowsWriting(path) else { throw .writeRefused(path) }
    guard !TextFile.isFolder(path) else { throw .isDirectory(path) }
    guard !replaces else { return .anything }
    guard TextFile.exists(path) else { return .nothing }
    let written = saves.map(\.version) + exports
    guard let now = FileVersion.now(path), written.contains(now) else {
      throw .wouldOverwrite(path)
    }
    return .version(now)
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
    guard let command = syntax.soleCommand else { return nil }
    return CommandTable.notebookCommand(command).map { ($0, command) }
  }

  private mutating func evaluate(
    _ syntax: CellSyntax, base: Int, into result: inout CellResult
  ) throws {
    let bytesBefore = Memory.bytesClaimed
    // The evaluation holds on to log and timeline, which must be unique again before they grow.
    let (value, after) = try evaluated(syntax, from: state, writes: writesValues) {
      try output($0, after: base)
    }
    let session = after.state.session
    result.timings = after.timings
    let read = after.checksums
    let shown = syntax.isQuiet ? nil : value
    let report = try shown.map { try session.report(of: $0) }
    let text = try report?.text(options: session.printOptions)
    // What is cancelled shows nothing.
    try Cancellation.check()
    (result.value, result.report, result.text) = (shown?.plain, report, text)
    result.notes = session.showsNotes ? after.notes : []
    state = after.state
    result.isReset = syntax.isReset
    if !read.isEmpty { checksums[result.number] = read }
    result.filesRead = read
    let bytes = Memory.bytesClaimed - bytesBefore
    for number in timeline.append(state, cell: result.number, bytes: bytes) {
      log.giveUpValue(of: number)
    }
  }

  /// What a cell makes of a state.
  ///
  /// - Parameters:
  ///   - syntax: the cell.
  ///   - state: the state.
  ///   - writes: whether it writes files.
  ///   - outputs: gives `Out[n]`.
  /// - Returns: its last value, the evaluation after it: state, notes, files read.
  /// - Throws: ``Diagnostic``, `Cancelled`.
  func evaluated(
    _ syntax: CellSyntax, from state: SessionState, writes: Bool = false,
    outputs: (Int) throws -> Value
  ) throws -> (
    value: Value?,
    after: (state: SessionState, notes: [Note], timings: [Timing], checksums: [UInt32])
  ) {
    try withoutActuallyEscaping(outputs) { outputs in
      var evaluation = Evaluation(
        session: state.session, files: files, writes: writes, outputs: outputs)
      let value = try evaluation.run(syntax)
      let command = syntax.statements.last?.command
      let isKept = command.flatMap { CommandTable.sessionCommand($0.verb) }?.showsOnlyWords != true
      if let value, !syntax.isQuiet, isKept { evaluation.session.last = value.plain }
      return (
        value,
        (
          SessionState(evaluation.session), evaluation.notes, evaluation.timings,
          evaluation.checksums
        )
      )
    }
  }

  private mutating func run(
    _ command: any NotebookCommand.Type, _ syntax: CommandSyntax
  ) throws -> Reply {
    do {
      return try command.run(Call(syntax, to: command), in: &self)
    } catch let placed as Placed {
      if case .interrupted? = placed.error as? FileError { throw Cancelled() }
      throw Diagnostic(
        placed.error, verb: command.name, range: placed.range,
        statement: syntax.range.lowerBound)
    } catch let error as any Explained {
      throw Diagnostic(
        error, verb: command.name, range: syntax.range, statement: syntax.range.lowerBound)
    }
  }
}
