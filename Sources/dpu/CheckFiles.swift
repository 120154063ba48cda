import ArgumentParser
import Notebook

/// `dpu check FILE…`: replays session files and compares with their records.
struct CheckFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Replay session files and compare what they give with what was recorded.",
    usage: "dpu check [<options>] <files> ...",
    discussion: "Nothing is written. Exit status 3 tells that something differs.")

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Session files.")
  var files: [String]

  func run() throws {
    var worst = Status.done
    for path in files {
      let status = check(path)
      if worst == .done || status == .unreadable { worst = status }
    }
    try worst.leave()
  }

  private func check(_ path: String) -> Status {
    guard let file = SessionFile.open(path) else { return .unreadable }
    guard file.isSession else {
      Console.error(FileError.notASession(path, isNearlyOne: file.isNearlySession))
      return .unreadable
    }
    let results = file.run(files: shared.access(for: path))
    let differences = zip(file.cells, results).compactMap { Difference($0, $1) }
    for difference in differences { Console.print(difference.text(file: path)) }
    let unreached = file.cells.dropFirst(results.count)
    for cell in unreached {
      Console.print("\(path.visible):\(cell.line): not run: the session was left above")
    }
    let (cells, different) = (file.cells.count, differences.count + unreached.count)
    Console.print(
      different == 0
        ? "\(path.visible): \(cells) cell\(cells == 1 ? " agrees" : "s agree")"
        : "\(path.visible): \(different) of \(cells) cell\(cells == 1 ? " differs" : "s differ")")
    if results.contains(where: \.wasRefused) { return .refused }
    return different == 0 ? .done : .different
  }
}

extension SessionFile {
  /// Runs all cells in a fresh notebook, whatever fails, up to one that leaves it.
  func run(files: FileAccess) -> [CellResult] {
    var notebook = Notebook(files: files)
    notebook.isReplaying = true
    var results: [CellResult] = []
    for item in items {
      if case .prose(let text) = item { notebook.note(prose: text) }
      guard case .cell(let cell) = item else { continue }
      let result = notebook.run(cell.source)
      results.append(result)
      // The cells that run again enter the session as they do in a replay, without a record.
      if case .rerun(let sources)? = result.reply {
        for source in sources { _ = notebook.run(source) }
      }
      if case .quit? = result.reply { break }
    }
    return results
  }
}
