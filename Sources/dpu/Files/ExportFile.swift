import ArgumentParser
import Language
import Notebook

/// `dpu export FILE --to NAME [-o OUT]`: writes a session file for other readers.
struct ExportFile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a session file for other readers.",
    usage: "dpu export <file> [--to <format>] [-o <out>] [--overwrite] [<options>]",
    discussion: """
      The cells are replayed, and what they show is what the document shows. Without --to the \
      suffix of <out> decides; without -o the document goes to standard output. With --keep-going \
      a cell that fails is shown as it fails.

      Formats: \(Exports.all.map { "\($0.name), \($0.summary)" }.joined(separator: "; ")).
      """)

  @Option(
    help: ArgumentHelp(
      Exports.all.map(\.name).joined(separator: ", ") + ".", valueName: "format"))
  var to: String?

  @Option(name: .customShort("o"), help: ArgumentHelp("Where it is written.", valueName: "out"))
  var out: String?

  @Flag(help: "Replace a file that is there.")
  var overwrite = false

  @OptionGroup var shared: SharedOptions

  @Argument(help: "A session file; - is standard input.")
  var file: String

  func validate() throws { _ = try format }

  private var format: any Export {
    get throws {
      let names = Exports.all.map(\.name)
      if let to {
        if let format = Exports.all.first(where: { $0.name == to }) { return format }
        let nearest = Spelling.nearest(to: to, among: names).first
        throw ValidationError(
          "there is no format '\(to.visible)'; "
            + (nearest.map { "did you mean \($0)?" } ?? "one of \(names.joined(separator: ", "))"))
      }
      guard let out else {
        throw ValidationError("say which format: --to \(names.joined(separator: ", --to "))")
      }
      guard let format = Exports.format(of: out) else {
        throw ValidationError(
          "the suffix of '\(out.visible)' names no format; say which: "
            + "--to \(names.joined(separator: ", --to "))")
      }
      return format
    }
  }

  func run() throws {
    let session = try SessionFile.opened(file)
    let name = SessionFile.name(file)
    do {
      let replayed = try ReplayedFile(
        session, path: name, files: shared.access(for: file), keepsGoing: shared.keepGoing)
      let text = try format.text(of: replayed)
      guard let out else { return Console.prompt(text) }
      try Exports.write(text, to: out, replacing: overwrite)
    } catch let failed as ReplayFailure {
      Console.error(
        Console.errorStyle.paint(
          failed.failure.text(
            source: failed.source, file: name, firstLine: failed.line,
            prompts: session.script.prompts, width: Console.errorWidth), .error))
      throw failed.wasRefused ? Status.refused : .failed
    } catch FileError.wouldOverwrite(let path) {
      Console.error("dpu: '\(path.visible)' exists: --overwrite replaces it")
      throw Status.refused
    } catch {
      throw Status(of: error)
    }
  }
}
