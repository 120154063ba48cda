/// `time COMMAND`: runs a cell and says how long it took.
enum TimeCommand: NotebookCommand {
  static let name = "time"
  static let summary = "run a command and show how long it took"
  static let details = """
    Shows the time and the tensor storage that the command asked for, on standard error; a saved
    session has the command alone.
    """
  static let example = "time forward"

  /// The cell behind the word `time`; nil where a cell does not begin with it.
  static func timed(_ source: String) -> String? {
    let trimmed = source.trimmingBlanks
    guard trimmed.hasPrefix("time"), let next = trimmed.dropFirst(4).first,
      next == " " || next == "\t"
    else { return nil }
    return String(trimmed.dropFirst(4)).trimmingBlanks
  }

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    throw NotebookError.nothingToTime
  }
}
