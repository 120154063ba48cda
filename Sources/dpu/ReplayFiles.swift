import ArgumentParser
import Notebook

/// `dpu replay FILE…`: shows session files as a notebook shows them.
struct ReplayFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Replay session files, each in a fresh session.",
    usage: "dpu replay [--step [--from <cell>]] [<options>] <files> ...",
    discussion: """
      With --step a person's keys set the pace: Enter shows the next cell, Enter again runs it; ? \
      lists the other keys.
      """)

  @OptionGroup var pace: StepOptions

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Session files.")
  var files: [String]

  func validate() throws {
    guard !pace.step || files.count == 1 else { throw ValidationError("--step takes one file") }
  }

  func run() throws {
    if pace.step {
      guard let file = SessionFile.open(files[0]) else { throw Status.unreadable }
      try StepOptions.run(file, path: files[0], from: pace.from, shared)
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
      if status != .done, !shared.keepGoing { break }
    }
    try worst.leave()
  }

  private static func replay(_ path: String, _ shared: SharedOptions) -> Status {
    SessionFile.open(path).map { replay($0, path: path, shared) } ?? .unreadable
  }

  /// Replays one file in a fresh session.
  ///
  /// - Returns: how it ended.
  static func replay(_ file: SessionFile, path: String, _ shared: SharedOptions) -> Status {
    var runner = ScriptRunner(
      file: path, keepsGoing: shared.keepGoing, notebook: Notebook(files: shared.access(for: path)),
      style: .notebook)
    runner.notebook.isReplaying = true
    runner.run(file)
    return runner.status
  }
}

extension SessionFile {
  /// Reads a session file or a script; says on standard error why it cannot be read.
  static func open(_ path: String) -> SessionFile? {
    do throws(FileError) {
      return try SessionFile(text: try TextFile.read(path), path: path)
    } catch {
      Console.error(error)
      return nil
    }
  }
}
