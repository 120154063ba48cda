/// `history [-o] [N]`: the cells so far.
enum HistoryCommand: NotebookCommand {
  static let name = "history"
  static let summary = "list the cells so far; with -o what they displayed, too"
  static let details = """
    history 20 lists the last 20, history -o 20 with what they displayed. A cell that was undone, and
    one that failed, is marked; save leaves both out. rerun runs cells again, edit puts one at the
    prompt.
    """
  static let example = "history -o"

  static let outputs = Argument<String>.choice("outputs", ["-o"])
  static let count = Argument<Int>.size("N")
  static let forms = [Form(), Form(outputs), Form(count), Form(outputs, count)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    let cells = notebook.log.cells.filter { $0.number > notebook.base }
    let last = try call[optional: count].map { Array(cells.suffix($0)) } ?? cells
    let text = try HistoryText.text(last, showsOutputs: call.has(outputs))
    return .text(text.isEmpty ? "no cells yet" : text)
  }
}
