/// `help`, `help VERB`: what there is, and how one command works.
enum HelpCommand: NotebookCommand {
  static let name = "help"
  static let summary = "list the commands, or explain one"
  static let details =
    "help VERB shows how a command is called, what it does, and an example; so does VERB?."
  static let example = "help"

  static let verb = Parameter<String>.verb()
  static let forms = [Form(), Form(verb)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    guard let word = try call[optional: verb] else { return .text(Help.overview) }
    guard let command = CommandTable.command(word) else {
      let nearest = Spelling.nearest(to: word, among: CommandTable.verbs)
      throw call.placed(CommandError.noSuchTopic(word, nearest: nearest), at: verb)
    }
    return .text(Help.text(for: command))
  }
}

/// The texts of help, made from the table of commands; no line is longer than 80 columns.
enum Help {
  private static let width = 79

  /// All commands.
  static var overview: String {
    let width = CommandTable.verbs.map(\.count).max() ?? 0
    let lines = CommandTable.all.map { command in
      let padding = String(repeating: " ", count: width - command.name.count)
      return "  \(command.name)\(padding)  \(command.summary)"
    }
    return """
      Try: conv 1 2 3, mask 0.5, forward, relu, backward, filters, lesson first-steps

      \(lines.joined(separator: "\n"))

      A cell holds commands separated by ; and a ; at its end hides the value.
      # begins a comment. … as NAME names a value; _ is the last value displayed,
      Out[n] that of cell n. grad[0], m.weight, m.weight.shape read parts.
      help VERB explains a command.
      """
  }

  /// One command.
  static func text(for command: any CommandDescription.Type) -> String {
    let usage = command.usageWords.flatMap {
      FilledLines.lines($0, width: width, indentation: 2, hanging: 6)
    }
    let summary = "\(command.name): \(command.summary)\(command.summary.hasSuffix("?") ? "" : ".")"
    var parts = [
      usage.joined(separator: "\n"), summary.brokenAtBlanks(width: width, hanging: 2),
      command.details.filled(width: width),
    ]
    if let pytorch = command.pytorch {
      parts.append("PyTorch:\n" + pytorch.indented.brokenAtBlanks(width: width, hanging: 4))
    }
    // An example shows what the notebook shows, to the character.
    parts.append("Example:\n" + command.example.indented)
    return parts.joined(separator: "\n\n")
  }
}

extension String {
  /// Each line that is not empty moved to the right by two blanks.
  fileprivate var indented: String {
    split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
  }
}
