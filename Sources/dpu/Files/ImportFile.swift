import ArgumentParser
import Language
import Notebook

/// `dpu import FILE [-o OUT]`: takes a PyTorch notebook or program over into a session file.
struct ImportFile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take a PyTorch notebook or program over into a session file.",
    usage: "dpu import <file> [-o <out>] [--overwrite] [<options>]",
    discussion: """
      A Jupyter notebook (.ipynb), a Python program (.py) or a copied transcript (.txt) becomes a \
      session with records, written to <out>, or else beside the file with the suffix \
      \(SessionFile.suffix). A cell is taken over whole or not at all: where one of its statements \
      cannot be said here, it is kept as prose, and so is what depends on it. Nothing of the file \
      is run but the cells that it becomes.
      """)

  @Option(name: .customShort("o"), help: ArgumentHelp("Where it is written.", valueName: "out"))
  var out: String?

  @Flag(help: "Replace a file that is there.")
  var overwrite = false

  @OptionGroup var shared: SharedOptions

  @Argument(help: "A notebook, a program or a transcript.")
  var file: String

  func run() throws {
    do {
      let target = out ?? Self.target(of: file)
      // What the session reads it finds where the session is.
      let session = try ImportedSession(
        try TextFile.read(file, allowsPipes: true), path: file, files: shared.access(for: target))
      try Exports.write(session.text, to: target, replacing: overwrite)
      for line in session.summary(of: target) {
        Console.print(Diagnostic.lines(line.visible, width: Console.outputWidth))
      }
    } catch let error as ImportError {
      Console.error("dpu: error: \(error.message.visible)")
      if let remedy = error.remedy { Console.error("  \(remedy.visible)") }
      throw Status.unreadable
    } catch FileError.wouldOverwrite(let path) {
      Console.error("dpu: '\(path.visible)' exists: --overwrite replaces it")
      throw Status.refused
    } catch {
      throw Status(of: error)
    }
  }

  /// The name of the session file, unless another one is given.
  private static func target(of path: String) -> String {
    let base = path.split(separator: "/").last.map(String.init) ?? path
    guard let point = base.lastIndex(of: "."), point != base.startIndex else {
      return path + SessionFile.suffix
    }
    return String(path.dropLast(base[point...].count)) + SessionFile.suffix
  }
}

extension ImportedSession {
  /// What a person is told: how many cells became cells, and which did not.
  fileprivate func summary(of target: String) -> [String] {
    func cells(_ count: Int) -> String { "\(count) cell\(count == 1 ? "" : "s")" }
    var lines = ["\(target): \(cells(taken)) taken over, \(left.count) kept as prose"]
    lines += left.map { "  \($0.place): \($0.reason)" }
    if !different.isEmpty {
      lines.append("\(cells(different.count)) with other values than the notebook has:")
      lines += different.map { "  \($0.place)" }
    }
    return lines
  }
}
