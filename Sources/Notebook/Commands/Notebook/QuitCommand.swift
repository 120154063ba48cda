/// `quit`: ends the notebook.
enum QuitCommand: NotebookCommand {
  static let name = "quit"
  static let summary = "leave (so does Ctrl-D)"
  static let details = "What was not saved comes back with dpu --resume, for 30 days."
  static let example = "quit"

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply { .quit }
}

/// `exit`: the same as `quit`.
enum ExitCommand: NotebookCommand {
  static let name = "exit"
  static let summary = "leave, as quit does"
  static let details = QuitCommand.details
  static let example = "exit"

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply { .quit }
}
