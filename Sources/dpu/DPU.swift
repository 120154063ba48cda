import Language
import ArgumentParser
import CLibrary
import CProcessor
import Kernels
import Notebook

/// The command line.
@main
struct DPU: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dpu",
    abstract: "A notebook for a terminal: tensors, gradients and pruned convolutions as PyTorch "
      + "prints them.",
    usage: "dpu [<options>] [<files> ...]\ndpu <subcommand>",
    discussion: """
      Without arguments a notebook opens; when standard input is not a terminal, it is run as a \
      script, and so it is with dpu -. dpu FILE is dpu replay FILE. A script whose first cell has a \
      prompt before it, In [1]: or >>>, is read as a transcript, without prompts and outputs.

      Exit status: 0 done, 1 a command failed, 3 check found a difference, 4 a file cannot be read \
      or is not a session, 5 refused for safety, 64 wrong usage, 70 a defect in dpu, 130 \
      interrupted.

      Limits, raised by the environment: \(Limit.allCases.map(\.assignment).joined(separator: ", ")). \
      DPU_VECTORS=256 computes with narrower vectors than the processor has, to the same bits.
      """,
    version: "1.0.0",
    subcommands: [
      OpenCommand.self, ReplayFiles.self, CheckFiles.self, RecordFiles.self, ExportFile.self,
      ImportFile.self,
      ListLessons.self, OpenLesson.self,
    ],
    defaultSubcommand: OpenCommand.self)

  static func main() {
    guard dpu_processor_is_supported() != 0 else {
      Console.error("dpu: this processor has no AVX2 and FMA, which dpu's arithmetic needs")
      Status.defect.exit()
    }
    Signals.prepare()
    dpu_keep_freed_memory()
    if let limit = Limit.allCases.first(where: \.isMisspelt) {
      Console.error("dpu: \(limit.variable) must be a number, such as 1000, 64M or 2G")
      Status.usage.exit()
    }
    if let width = getenv("DPU_VECTORS") { takeVectors(String(cString: width)) }
    // A limit on a file's size is an error of the write, not the end of the session.
    signal(SIGXFSZ, SIG_IGN)
    // Arguments are parsed here and not by the protocol's own main, which would leave with 1 where
    // a file cannot be read.
    do {
      // Without arguments there is nothing to parse: a third of the way to the prompt is saved.
      if CommandLine.arguments.count == 1 { return try OpenCommand.open(keepsGoing: false) }
      var command = try parseAsRoot()
      try command.run()
    } catch let status as Status {
      status.exit()
    } catch {
      leave(with: error)
    }
  }

  /// Takes vectors of another width than the widest that the processor has.
  private static func takeVectors(_ width: String) {
    if width.isEmpty { return }
    let supported = VectorWidth.supported
    guard let bits = Int(width), supported.contains(bits) else {
      let list = supported.map(String.init).joined(separator: " or ")
      Console.error("dpu: DPU_VECTORS must be \(list) on this processor")
      Status.usage.exit()
    }
    VectorWidth.bits = bits
  }

  /// Shows what the parser of arguments has to say, help or an error, as all other text, and leaves.
  private static func leave(with error: any Error) -> Never {
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    if !text.isEmpty { if code.isSuccess { Console.print(text) } else { Console.error(text) } }
    exit(withError: code)
  }
}

extension Style.Choice: ExpressibleByArgument {}

/// Options that all ways to run cells share.
struct SharedOptions: ParsableArguments {
  @Flag(help: "Go on after an error.")
  var keepGoing = false

  @Option(help: "Colour: auto, always or never.")
  var color = Style.Choice.auto

  @Option(help: ArgumentHelp("Let sessions read files in this folder.", valueName: "dir"))
  var allowRead: [String] = []

  @Option(help: ArgumentHelp("Let sessions write files in this folder.", valueName: "dir"))
  var allowWrite: [String] = []

  @Option(
    help: ArgumentHelp(
      "Threads to compute with; all cores unless given. Results are the same bits for any number.",
      valueName: "n"))
  var threads: Int?

  mutating func validate() throws {
    Console.colour.withLock { $0 = color }
    guard let threads else { return }
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
    Parallel.threadCount = threads
  }

  /// What a session from this file may touch: its own folder to read, nothing to write.
  func access(for path: String) -> FileAccess {
    FileAccess(
      reading: .folders([TextFile.folder(of: path)] + allowRead), writing: .folders(allowWrite),
      folder: TextFile.folder(of: path))
  }
}

/// `dpu`, `dpu -c …`, `dpu FILE…`: a notebook, a script, or a replay.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "Open a notebook (the default): see -c and --resume in its help.",
    usage: """
      dpu [--resume] [<options>]
      dpu -c <commands> [-c <commands> ...] [<options>]
      dpu [--step [--from <cell>]] [<options>] <files> ...
      dpu - [<options>]
      """)

  @Option(
    name: .customShort("c"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run this cell and leave; may be repeated.", valueName: "commands"))
  var commands: [String] = []

  @Flag(help: "Go on with a session that was not finished, or left without save.")
  var resume = false

  @OptionGroup var pace: PaceOptions

  @OptionGroup var shared: SharedOptions

  @Argument(help: "Session files to replay; - is standard input.")
  var files: [String] = []

  func validate() throws {
    guard commands.isEmpty || files.isEmpty else {
      throw ValidationError("either -c or files, not both")
    }
    guard !resume || commands.isEmpty && files.isEmpty else {
      throw ValidationError("--resume takes neither -c nor files")
    }
    guard !pace.step || files.count == 1 else { throw ValidationError("--step takes one file") }
    if let word = files.first, let advice = Self.advice(for: word, of: files) {
      throw ValidationError("there is no file '\(word.visible)'; \(advice)")
    }
  }

  /// What may have been meant with a word that is no file: a subcommand, or a cell.
  private static func advice(for word: String, of words: [String]) -> String? {
    guard word.allSatisfy({ $0.isLetter || $0 == "_" }), !TextFile.exists(word) else { return nil }
    if CommandTable.verbs.contains(word) {
      return "cells go with -c: dpu -c '\(words.joined(separator: " ").visible)'"
    }
    let subcommands = DPU.configuration.subcommands.compactMap { $0.configuration.commandName }
    return Spelling.nearest(to: word, among: subcommands).first.map { "did you mean 'dpu \($0)'?" }
  }

  func run() throws {
    if files == ["-"] {
      try Self.runStandardInput(keepsGoing: shared.keepGoing)
    } else if resume {
      guard Console.isInputTerminal else { throw ValidationError("--resume needs a terminal") }
      var terminal: Terminal
      switch try Resume.choose() {
      case .session(let journal, let session):
        do {
          terminal = try Terminal(resuming: session, journal: journal)
        } catch {
          throw Status(of: error)
        }
      case .fresh: terminal = Terminal()
      case .none: return
      }
      try terminal.run().leave()
    } else if pace.step {
      try PaceOptions.run(SessionFile.opened(files[0]), path: files[0], from: pace.from, shared)
    } else if !files.isEmpty {
      try ReplayFiles.replay(files, shared)
    } else if !commands.isEmpty {
      var runner = ScriptRunner(file: "-c", keepsGoing: shared.keepGoing)
      try runner.run(text: commands.joined(separator: "\n"))
      try runner.status.leave()
    } else {
      try Self.open(keepsGoing: shared.keepGoing)
    }
  }

  /// Opens a notebook where standard input is a terminal, and runs it as a script elsewhere.
  static func open(keepsGoing: Bool) throws {
    if Console.isInputTerminal {
      var terminal = Terminal()
      try terminal.run().leave()
    } else {
      try runStandardInput(keepsGoing: keepsGoing)
    }
  }

  /// Runs standard input as a script.
  private static func runStandardInput(keepsGoing: Bool) throws {
    var runner = ScriptRunner(file: "<stdin>", keepsGoing: keepsGoing)
    try runner.runStandardInput()
    try runner.status.leave()
  }
}
