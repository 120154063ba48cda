/// `time COMMAND`: runs a cell and says how long it took.
enum TimeCommand: NotebookCommand {
  static let name = "time"
  static let summary = "run a command and show how long it took"
  static let details = """
    Shows the time and the tensor storage that the command asked for, on standard error; a saved
    session has the command alone.
    """
  static let example = "time forward"

  /// What stands behind the word is a cell of its own, so that this is never read.
  static let forms = [Form(Parameter<String>.verb("COMMAND"))]

  /// The cell behind the word `time`, and where in the source it begins; nil where a source does
  /// not begin with that word. Said several times in a row, it means the same as once.
  static func timed(_ source: String) -> (cell: String, start: Int)? {
    let bytes = Array(source.utf8)
    let word = Array("time".utf8)
    func afterBlanks(_ place: Int) -> Int {
      bytes[place...].firstIndex { !$0.isBlank } ?? bytes.count
    }
    var start = afterBlanks(0)
    let first = start
    while bytes[start...].starts(with: word) {
      let behind = start + word.count
      guard behind < bytes.count, bytes[behind] == 0x20 || bytes[behind] == 0x09 else { break }
      start = afterBlanks(behind)
    }
    guard start > first else { return nil }
    return (String(decoding: bytes[start...], as: UTF8.self).trimmingBlanks, start)
  }

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    throw NotebookError.nothingToTime
  }
}
