/// `more`: shows what did not fit on the screen.
enum MoreCommand: NotebookCommand {
  static let name = "more"
  static let summary = "show what did not fit on the screen"
  static let details = """
    What a cell shows (a value, view, history, help) is cut to the height of the window; its last
    line says how many lines are left. more shows as many of them as fit, more all the whole rest.
    more off cuts nothing from then on, more on does again. What a script, a pipe or dpu replay
    shows, and what save writes, is never cut.
    """
  static let example = "more all"

  static let what = Argument<String>.choice("WHAT", ["all", "off", "on"])
  static let forms = [Form(), Form(what)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    guard notebook.isAtPrompt else { throw NotebookError.onlyAtPrompt }
    switch try call[optional: what] {
    case "off": return .terminal(.cut(false))
    case "on": return .terminal(.cut(true))
    case let word: return .terminal(.more(all: word == "all"))
    }
  }
}
