import Language

/// A line for a shell that was typed at the prompt, `dpu lesson first-steps`: what to type here instead.
struct ProgramLine {
  /// What to know.
  let reason: String
  /// What to type here; nil where nothing does the same.
  let cell: String?

  /// Only a short line is taken apart.
  private static let limit = 300

  private static let shell = "is for a shell (Ctrl-Z goes to yours, and fg there comes back)"

  /// Subcommands that are no commands here, and so can be meant without `dpu` before them.
  private static let subcommands: Set<String> = ["check", "record", "import", "resume", "--resume"]

  /// Subcommands and commands of one name, of which only the former take options.
  private static let shared: Set<String> = ["replay", "lesson", "lessons", "export", "save"]

  /// Takes a cell that cannot be run apart; nil where it is no line of a shell.
  ///
  /// - Parameters:
  ///   - source: the cell.
  ///   - isName: whether a word names a value, and so no program.
  init?(_ source: String, _ isName: (String) -> Bool) {
    guard source.utf8.count <= Self.limit else { return nil }
    var words = Self.words(source)
    // What a shell shows before a line is copied along with it.
    if words.count > 1, ["$", "%", ">"].contains(words[0]) { words.removeFirst() }
    guard let first = words.first, !isName(first), words.count < 2 || words[1] != "=" else {
      return nil
    }
    var here = "this is dpu"
    if first == "dpu" || first.hasSuffix("/dpu") {
      words.removeFirst()
    } else {
      let hasOptions = words.dropFirst().contains { $0.hasPrefix("--") || $0 == "-o" }
      let isImport = words.count == 2 && Self.isPath(words[1]) && !words[1].hasPrefix("torch.")
      guard Self.shared.contains(first) && hasOptions || Self.subcommands.contains(first),
        first != "import" || isImport
      else { return nil }
      here = "commands take no options with dashes"
    }
    (reason, cell) = Self.answer(to: ShellArguments(words), here)
  }

  /// What to know, and the cell; `here` is what to know where the cell says the rest.
  private static func answer(to arguments: ShellArguments, _ here: String) -> (String, String?) {
    if let cells = arguments.options["-c"] { return (here, cells) }
    let subcommand = arguments.operands.first
    if arguments.has("--resume") || subcommand == "resume" {
      return ("dpu --resume \(shell), and brings back a session that was left", nil)
    }
    if arguments.has("--version") { return ("dpu --version \(shell)", nil) }
    guard let subcommand else { return (here, "help") }
    let file = arguments.operands.dropFirst().first
    let overwrite = arguments.has("--overwrite") ? " overwrite=true" : ""
    switch subcommand {
    case "lesson":
      let reason = arguments.has("--from") ? "in a lesson the key g goes to a cell" : here
      return (reason, file.map { "lesson \(quoted($0))" } ?? "lessons")
    case "check":
      return ("dpu check \(shell); replay shows what a file gives", replay(file, arguments))
    case "record":
      return (
        "dpu record \(shell); save writes this session with what it gave",
        "save \(quoted(file ?? "session.dpu"))"
      )
    case "import":
      return (
        "dpu import \(shell); replay runs the session that it writes",
        replay(arguments.options["-o"] ?? file.map { stem($0) + SessionFile.suffix }, arguments)
      )
    case "export":
      return (
        "export writes this session, and the suffix says how",
        "export \(quoted(document(file, arguments)))\(overwrite)"
      )
    case "save": return (here, "save \(quoted(file ?? "session.dpu"))\(overwrite)")
    case "replay" where file != nil, "open" where file != nil:
      return (here, replay(file, arguments))
    case "step" where file.map(isPath) == true:
      return (here, replay(file, arguments, pace: "step"))
    case _ where CommandTable.verbs.contains(subcommand):
      return (here, arguments.words.joined(separator: " "))
    default: return (here, isPath(subcommand) ? replay(subcommand, arguments) : "help")
    }
  }

  /// What to do, in lines.
  var remedy: String { cell.map { "\(reason)\nwrite: \($0)" } ?? reason }

  private static func isPath(_ word: String) -> Bool {
    Double(word) == nil && word.contains { $0 == "." || $0 == "/" }
  }

  private static func replay(
    _ file: String?, _ arguments: ShellArguments, pace: String? = nil
  ) -> String {
    let pace = pace ?? (arguments.has("--step") ? "step" : nil)
    return ["replay", quoted(file ?? "session.dpu"), pace].compactMap(\.self).joined(separator: " ")
  }

  /// The document that an export writes.
  private static func document(_ file: String?, _ arguments: ShellArguments) -> String {
    if let out = arguments.options["-o"] { return out }
    let format = Exports.all.first { $0.name == arguments.options["--to"] }
    let suffix = format?.suffix ?? ".html"
    guard let file, Exports.format(of: file) == nil else { return file ?? "session" + suffix }
    return stem(file) + suffix
  }

  /// A path without its suffix.
  private static func stem(_ path: String) -> String {
    let base = path.split(separator: "/").last ?? ""
    guard let point = base.lastIndex(of: "."), point != base.startIndex else { return path }
    return String(path.dropLast(base[point...].count))
  }

  private static func quoted(_ path: String) -> String {
    path.contains { " \"()[]{};#=".contains($0) }
      ? "\"" + path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" : path
  }

  /// The words of a shell's line: quotes hold blanks.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}

/// What follows a program's name in a shell: options, some with values, and the rest.
private struct ShellArguments {
  /// Options that take a value.
  private static let withValue: Set<String> = [
    "-c", "-o", "--to", "--from", "--color", "--threads", "--allow-read", "--allow-write",
  ]

  let words: [String]
  private(set) var options: [String: String] = [:]
  private(set) var operands: [String] = []

  init(_ words: [String]) {
    self.words = words
    var option: String?
    for word in words {
      if let name = option {
        options[name] = options[name].map { "\($0); \(word)" } ?? word
        option = nil
      } else if Self.withValue.contains(word) {
        option = word
      } else if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
        options[String(word[..<equals])] = String(word[equals...].dropFirst())
      } else if word.hasPrefix("-"), word.count > 1 {
        options[word] = ""
      } else if word != "<" {
        operands.append(word)
      }
    }
  }

  func has(_ option: String) -> Bool { options[option] != nil }
}
