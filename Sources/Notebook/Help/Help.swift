import Functions
import Language

/// The texts of help, made from the table of commands; no line is longer than 80 columns.
enum Help {
  static let width = 79

  /// The words, verbs aside, that help explains.
  static let topics: [String] =
    ["all"] + CommandTable.groups.map(\.name) + HelpTopic.others.map(\.name)

  /// All verbs in their groups; it fits on a screen of 24 lines.
  static var overview: String {
    let column = (CommandTable.groups.map(\.name.count).max() ?? 0) + 2
    let groups = CommandTable.groups.flatMap { group in
      let padding = String(repeating: " ", count: column - group.name.count)
      return FilledLines.lines(
        [group.name + padding.dropLast()] + group.commands.map { $0.name }, width: width,
        hanging: column)
    }
    return """
      Try: conv 1 2 3, mask 0.5, forward, relu, backward, filters, lesson first-steps

      \(groups.joined(separator: "\n"))

      help VERB explains a command, help TOPIC a group (a word on the left), keys or
      notation; help all gives each command a line, and help WORD searches. Tab
      completes, Up looks for earlier lines that begin as this one does.
      """
  }

  /// What help has on a word: a command, a topic, or what mentions it; nil where nothing does.
  static func text(about word: String) -> String? {
    if let command = CommandTable.command(word) {
      let function = FunctionTable.function(word).map { "\n\nAs a function:\n" + spellings(of: $0) }
      // What it is given decides which of two commands save is.
      let other = CommandTable.notebookCommand(word).map { $0 as any CommandDescription.Type }
      let second = other.flatMap { $0 == command ? nil : "\n\n" + text(for: $0) }
      return text(for: command) + (second ?? "") + (function ?? "")
    }
    if word == "all" { return all }
    if let group = CommandTable.groups.first(where: { $0.name == word }) { return text(for: group) }
    if let topic = HelpTopic.others.first(where: { $0.name == word }) { return topic.text }
    if let function = FunctionTable.function(word) { return text(for: function) }
    return search(word)
  }

  /// Every command with its summary, in groups.
  private static var all: String {
    CommandTable.groups.map { "\($0.name): \($0.summary)\n" + list($0.commands) }
      .joined(separator: "\n\n")
  }

  private static func text(for group: CommandGroup) -> String {
    ([group.name + ": " + group.summary, list(group.commands)]
      + (HelpTopic.ofGroups[group.name].map { [$0.filled(width: width)] } ?? []))
      .joined(separator: "\n\n")
  }

  /// The commands and topics whose texts hold a word.
  private static func search(_ word: String) -> String? {
    guard word.count > 1, word.contains(where: \.isLetter) else { return nil }
    let wanted = word.lowercased()
    func holds(_ texts: String?...) -> Bool {
      texts.contains { $0?.lowercased().contains(wanted) ?? false }
    }
    let commands = CommandTable.all.filter {
      holds(
        $0.name, $0.usage, $0.summary, $0.details,
        PythonProgram(exampleOf: $0)?.lines.joined(separator: "\n"))
    }
    let topics =
      CommandTable.groups.filter { holds($0.summary, HelpTopic.ofGroups[$0.name]) }.map(\.name)
      + HelpTopic.others.filter { holds($0.text) }.map(\.name)
    guard !commands.isEmpty || !topics.isEmpty else { return nil }
    return
      ["'\(word.shortened)' is found in the help of:"]
      .appending(commands.isEmpty ? nil : list(commands))
      .appending(topics.isEmpty ? nil : "topics: " + topics.joined(separator: ", "))
      .joined(separator: "\n\n")
  }

  /// One function: how it is written, and what it computes.
  private static func text(for function: any Function.Type) -> String {
    let names = ([function.name] + function.otherNames).joined(separator: ", ")
    return [
      spellings(of: function),
      "\(names): \(function.summary).".brokenAtBlanks(width: width, hanging: 2),
      "Example:\n" + example(of: function).indented,
    ].joined(separator: "\n\n")
  }

  /// A function's example and what a fresh notebook shows for it.
  private static func example(of function: any Function.Type) -> String {
    var notebook = Notebook()
    let shown = notebook.run(function.example).text ?? ""
    return ([function.example] + shown.lines.map { "#> \($0)" }).joined(separator: "\n")
  }

  /// The ways to write a function, as PyTorch has them.
  private static func spellings(of function: any Function.Type) -> String {
    var lines: [String] = []
    // Some signatures differ in the types of their arguments alone.
    func append(_ line: String) { if !lines.contains(line) { lines.append(line) } }
    for signature in function.signatures {
      let text = signature.text
      if function.spellings.contains(.method), text.hasPrefix("input") {
        let rest = text.dropFirst("input".count).drop { $0 == "," || $0 == " " }
        append("x.\(function.name)(\(rest))")
      }
      if function.spellings.contains(.torch) { append("torch.\(function.name)(\(text))") }
      if function.spellings.contains(.functional) { append("F.\(function.name)(\(text))") }
      append("\(function.name)(\(text))")
    }
    return lines.flatMap {
      FilledLines.lines(
        $0.split(separator: " ").map(String.init), width: width, indentation: 2, hanging: 6)
    }.joined(separator: "\n")
  }

  private static func list(_ commands: [any CommandDescription.Type]) -> String {
    let column = commands.map { $0.name.count }.max() ?? 0
    return commands.map { command in
      let padding = String(repeating: " ", count: column - command.name.count)
      return "  \(command.name)\(padding)  \(command.summary)"
    }.joined(separator: "\n")
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
    // An example shows what the notebook shows, to the character.
    parts.append("Example:\n" + command.example.indented)
    if let program = PythonProgram(exampleOf: command) {
      let lines = program.lines.joined(separator: "\n").indented
      parts.append("In PyTorch:\n" + lines.brokenAtBlanks(width: width, hanging: 6))
      let classes = program.definitions.filter { !$0.isImport }.map(\.name)
      if !classes.isEmpty {
        parts.append("help pytorch shows \(classes.joined(separator: ", ")).")
      }
    }
    return parts.joined(separator: "\n\n")
  }
}

extension [String] {
  fileprivate func appending(_ text: String?) -> [String] { self + (text.map { [$0] } ?? []) }
}

extension String {
  /// Each line that is not empty moved to the right by two blanks.
  var indented: String {
    split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
  }
}
