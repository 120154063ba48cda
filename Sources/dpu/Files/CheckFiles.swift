import Language
import ArgumentParser
import Notebook
import Running

/// `dpu check FILE…`: replays session files and compares with their records.
struct CheckFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Replay session files and compare what they give with what was recorded.",
    usage: "dpu check [--report] [<options>] <files> ...",
    discussion: """
      Nothing is written. Exit status 3 tells that something differs. With --report the files are \
      those of students, and what they expected of cells is compared with what the cells show.
      """)

  @Flag(help: "Show what was expected (#? expect) beside what came, instead of the records.")
  var report = false

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Session files.")
  var files: [String]

  func run() throws {
    if report { return try ExpectationReport.show(files, shared) }
    var worst = Status.done
    for path in files {
      let status = check(path)
      if worst == .done || status == .unreadable { worst = status }
      if status == .interrupted { throw status }
    }
    try worst.leave()
  }

  private func check(_ path: String) -> Status {
    do {
      let file = try SessionFile.open(path)
      let name = SessionFile.name(path)
      guard file.isSession else {
        Console.error(FileError.notASession(name, isNearlyOne: file.isNearlySession))
        return .unreadable
      }
      let cells = file.cells
      var different = 0
      var wasRefused = false
      // Each difference is shown as it is found, and no result kept.
      let count = try Self.run(file, files: shared.access(for: path)) { cell, result in
        wasRefused = wasRefused || result.wasRefused
        guard let difference = try Difference(cell, result) else { return }
        different += 1
        Console.print(try difference.text(file: name))
      }
      for cell in cells.dropFirst(count) {
        different += 1
        Console.print("\(name.visible):\(cell.line): not run: the session was left above")
      }
      Console.print(
        different == 0
          ? "\(name.visible): \(cells.count) cell\(cells.count == 1 ? " agrees" : "s agree")"
          : "\(name.visible): \(different) of \(cells.count) "
            + "cell\(cells.count == 1 ? " differs" : "s differ")")
      return wasRefused ? .refused : different == 0 ? .done : .different
    } catch {
      return Status(of: error)
    }
  }

  /// Runs cells in a fresh notebook, whatever fails, up to one that leaves it.
  ///
  /// - Parameters:
  ///   - file: the cells.
  ///   - files: what they may touch.
  ///   - body: is given each cell and what came of it.
  /// - Returns: how many were run.
  /// - Throws: `Cancelled`, and what `body` throws.
  static func run(
    _ file: SessionFile, files: FileAccess,
    _ body: (SessionFile.Cell, CellResult) throws -> Void
  ) throws -> Int {
    var notebook = Notebook(files: files)
    notebook.isReplaying = true
    var count = 0
    for item in file.items {
      try Cancellation.check()
      if case .prose(let text) = item { notebook.note(prose: text) }
      guard case .cell(let cell) = item else { continue }
      count += 1
      let result = notebook.run(cell.source)
      try Cancellation.check()
      try body(cell, result)
      switch result.reply {
      // The cells that run again enter the session as they do in a replay, without a record.
      case .rerun(let sources):
        for source in sources {
          _ = notebook.run(again: source)
          try Cancellation.check()
        }
      case .quit: return count
      default: break
      }
    }
    return count
  }
}
