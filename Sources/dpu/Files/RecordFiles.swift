import Language
import ArgumentParser
import CLibrary
import Notebook

/// `dpu record FILE…`: replays session files and writes down what they give.
struct RecordFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Replay session files and write their results into them.",
    usage: "dpu record [--yes] [<options>] <files> ...",
    discussion: """
      Shows what would change and asks; a plain script becomes a session file. A file that was \
      changed meanwhile is left as it is, and so is one that is read-only, another user's, or has \
      other names.
      """)

  @Flag(help: "Write without asking.")
  var yes = false

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Session files.")
  var files: [String]

  func validate() throws {
    guard !files.contains("-") else {
      throw ValidationError("record writes into files, and standard input is none")
    }
  }

  func run() throws {
    var worst = Status.done
    for path in files {
      let status: Status
      do {
        status = try record(path)
      } catch {
        status = Status(of: error)
      }
      if worst == .done { worst = status }
      if status == .interrupted { throw status }
    }
    try worst.leave()
  }

  private func record(_ path: String) throws -> Status {
    let (text, version) = try TextFile.readVersion(path)
    var file = try SessionFile(text: text, path: path)
    // What the cells of a transcript gave stands between them, and is recorded anew.
    if file.script.isTranscript {
      file = try SessionFile(text: PasteFilter.commands(in: text) + "\n", path: path)
    }
    // Its records would be taken for prose, and new ones written above them.
    guard !file.isNearlySession else {
      Console.error(FileError.notASession(path, isNearlyOne: true))
      return .unreadable
    }
    let cells = file.cells
    var records: [SessionFile.Record?] = []
    var differences: [Difference] = []
    var wasRefused = false
    let count = try CheckFiles.run(file, files: shared.access(for: path)) { cell, result in
      wasRefused = wasRefused || result.wasRefused
      records.append(try result.record)
      if let difference = try Difference(cell, result) { differences.append(difference) }
    }
    if wasRefused {
      Console.error("dpu: '\(path.visible)' was not recorded: a cell was refused")
      return .refused
    }
    if count < cells.count {
      let unreached = cells.count - count
      Console.error(
        "note: \(Self.cells(unreached)) behind the one that leaves the session "
          + "stay\(unreached == 1 ? "s" : "") as before")
    }
    let recorded = try Transcript.text(of: file, recording: records)
    guard !recorded.utf8.elementsEqual(text.utf8) else {
      Console.print(
        "\(path.visible): nothing to record, \(count > 1 ? "all " : "")\(Self.cells(count)) "
          + "agree\(count == 1 ? "s" : "")")
      return .done
    }
    for difference in differences { Console.print(try difference.text(file: path)) }
    guard yes || Console.isInputTerminal else {
      Console.error(
        "dpu: '\(path.visible)' was not recorded: there is no terminal to ask; --yes records")
      return .refused
    }
    guard try yes || asks(differences.count, path) else {
      Console.print("nothing was written")
      return .done
    }
    // It may have been edited while the cells ran and the question stood there.
    try TextFile.write(recorded, to: path, replacing: version)
    Console.print("\(path.visible): recorded \(Self.cells(count))")
    return .done
  }

  /// Asks whether to write; the end of input means no.
  ///
  /// - Throws: `FileError.interrupted` on Ctrl-C.
  private func asks(_ count: Int, _ path: String) throws -> Bool {
    Console.prompt("Record \(count) change\(count == 1 ? "" : "s") in \(path.visible)? [y/N] ")
    // readLine() would go on waiting after a signal.
    var input = LineInput(descriptor: STDIN_FILENO, name: "<stdin>")
    guard let answer = try input.next() else { return false }
    return ["y", "yes"].contains(answer.lowercased())
  }

  private static func cells(_ count: Int) -> String { "\(count) cell\(count == 1 ? "" : "s")" }
}
