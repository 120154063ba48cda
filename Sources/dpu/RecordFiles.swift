import ArgumentParser
import Notebook

/// `dpu record FILE…`: replays session files and writes down what they give.
struct RecordFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Replay session files and write their results into them.",
    usage: "dpu record [--yes] [<options>] <files> ...",
    discussion: "Shows what would change and asks; a plain script becomes a session file.")

  @Flag(help: "Write without asking.")
  var yes = false

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Session files.")
  var files: [String]

  func run() throws {
    var worst = Status.done
    for path in files {
      let status = record(path)
      if worst == .done { worst = status }
    }
    try worst.leave()
  }

  private func record(_ path: String) -> Status {
    guard let file = SessionFile.open(path) else { return .unreadable }
    // Its records would be taken for prose, and new ones written above them.
    guard !file.isNearlySession else {
      Console.error(FileError.notASession(path, isNearlyOne: true))
      return .unreadable
    }
    let results = file.run(files: shared.access(for: path))
    if results.contains(where: \.wasRefused) {
      Console.error("dpu: '\(path)' was not recorded: a cell was refused")
      return .refused
    }
    let text = Transcript.text(of: file, recording: results)
    let old = try? TextFile.read(path)
    let unreached = file.cells.count - results.count
    if unreached > 0 {
      Console.error(
        "note: \(cells(unreached)) behind the one that leaves the session stay\(unreached == 1 ? "s" : "")"
          + " as before")
    }
    guard text != old else {
      let (count, all) = (results.count, results.count > 1 ? "all " : "")
      Console.print(
        "\(path.visible): nothing to record, \(all)\(cells(count)) agree\(count == 1 ? "s" : "")")
      return .done
    }
    let differences = zip(file.cells, results).compactMap { Difference($0, $1) }
    for difference in differences { Console.print(difference.text(file: path)) }
    if !yes {
      guard Console.isInputTerminal else {
        Console.error("dpu: '\(path)' was not recorded: there is no terminal to ask; --yes records")
        return .refused
      }
      let count = differences.count
      Console.prompt("Record \(count) change\(count == 1 ? "" : "s") in \(path.visible)? [y/N] ")
      guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
        Console.print("nothing was written")
        return .done
      }
    }
    do throws(FileError) {
      try TextFile.write(text, to: path)
    } catch {
      Console.error(error)
      return .unreadable
    }
    Console.print("\(path.visible): recorded \(cells(results.count))")
    return .done
  }

  private func cells(_ count: Int) -> String { "\(count) cell\(count == 1 ? "" : "s")" }
}
