import Language
import ArgumentParser
import CLibrary
import Notebook
import Running

/// `dpu replay FILE…`: shows session files as a notebook shows them.
struct ReplayFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Replay session files, each in a fresh session.",
    usage: "dpu replay [--step [--from <cell>]] [<options>] <files> ...",
    discussion: """
      With --step a person's keys set the pace: Enter shows the next cell, Enter again runs it; ? \
      lists the other keys.
      """)

  @OptionGroup var pace: PaceOptions

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Session files.")
  var files: [String]

  func validate() throws {
    guard !pace.step || files.count == 1 else { throw ValidationError("--step takes one file") }
  }

  func run() throws {
    if pace.step {
      try PaceOptions.run(SessionFile.opened(files[0]), path: files[0], from: pace.from, shared)
    } else {
      try Self.replay(files, shared)
    }
  }

  /// Replays files in order; stops behind the first one that fails unless told to go on.
  static func replay(_ paths: [String], _ shared: SharedOptions) throws {
    var worst = Status.done
    for path in paths {
      let status = replay(path, shared)
      if worst == .done { worst = status }
      if status == .interrupted { throw status }
      if status != .done, !shared.keepGoing { break }
    }
    try worst.leave()
  }

  private static func replay(_ path: String, _ shared: SharedOptions) -> Status {
    do {
      return replay(try SessionFile.open(path), path: path, shared)
    } catch {
      return Status(of: error)
    }
  }

  /// Replays one file in a fresh session.
  ///
  /// - Returns: how it ended.
  static func replay(_ file: SessionFile, path: String, _ shared: SharedOptions) -> Status {
    var runner = ScriptRunner(
      file: SessionFile.name(path), keepsGoing: shared.keepGoing,
      notebook: Notebook(files: shared.access(for: path)), style: .notebook)
    runner.notebook.isReplaying = true
    runner.run(file)
    return runner.status
  }
}

extension SessionFile {
  /// What a file is called: `-` is standard input.
  static func name(_ path: String) -> String { path == "-" ? "<stdin>" : path }

  /// Reads a session file or a script that a person named.
  ///
  /// - Throws: `FileError`.
  static func open(_ path: String) throws -> SessionFile {
    guard path == "-" else {
      return try SessionFile(text: try TextFile.read(path, allowsPipes: true), path: path)
    }
    let bytes = try TextFile.readStream(STDIN_FILENO, name: name(path))
    return try SessionFile(text: try TextFile.decode(bytes, path: name(path)), path: name(path))
  }

  /// The same, where an error is what the program ends with.
  ///
  /// - Throws: ``Status``.
  static func opened(_ path: String) throws -> SessionFile {
    do {
      return try open(path)
    } catch {
      throw Status(of: error)
    }
  }
}

extension Status {
  /// What an error ends the program with; says what it is on standard error.
  init(of error: any Error) {
    if let status = error as? Status {
      self = status
      return
    }
    guard let error = error as? FileError else {
      Console.error(error is Cancelled ? CellResult.interrupted : "dpu: error: \(error)".visible)
      self = error is Cancelled ? .interrupted : .defect
      return
    }
    Console.error(error)
    if case .interrupted = error {
      self = .interrupted
    } else {
      self = error.isRefusal ? .refused : .unreadable
    }
  }
}
