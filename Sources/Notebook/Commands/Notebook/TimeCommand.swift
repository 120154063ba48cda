/// `time COMMAND`: runs a cell and says how long it took.
enum TimeCommand: NotebookCommand {
  static let name = "time"
  static let summary = "run a command and show how long it took"
  static let details = """
    Shows the time and the tensor storage that the command asked for, on standard error; a saved
    session has the command alone. It stands before any command of a cell: forward; time backward.
    """
  static let example = "time forward"

  /// What stands behind the word is a command of its own, so that this is never read.
  static let forms = [Form(Argument<String>.verb("COMMAND"))]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    throw NotebookError.nothingToTime
  }
}
