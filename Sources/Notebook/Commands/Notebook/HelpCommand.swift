import Language

/// `help`, `help VERB`: what there is, and how one command works.
enum HelpCommand: NotebookCommand {
  static let name = "help"
  static let summary = "list the commands, explain one, or search"
  static let details = """
    help VERB shows how a command is called, what it does, and an example; so does VERB?. help TOPIC
    explains a group of commands, keys or notation; help all lists every command with a line. Any
    other word is searched for in all of it.
    """
  static let example = "help pruning"

  static let word = Argument<String>.verb("WORD")
  static let forms = [Form(), Form(word)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    guard let word = try call[optional: word] else { return .text(Help.overview) }
    guard let text = Help.text(about: word) else {
      let nearest = Spelling.nearest(to: word, among: CommandTable.verbs + Help.topics)
      throw call.placed(CellError.noSuchTopic(word, nearest: nearest), at: Self.word)
    }
    return .text(text)
  }
}
