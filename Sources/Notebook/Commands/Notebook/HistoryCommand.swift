/// `history [-o]`: the cells so far.
enum HistoryCommand: NotebookCommand {
  static let name = "history"
  static let summary = "list the cells so far; with -o what they displayed, too"
  static let details = """
    A cell that was undone, and one that failed, is marked; save leaves both out. rerun runs cells
    again.
    """
  static let example = "history -o"

  static let outputs = Parameter<String>.choice("outputs", ["-o"])
  static let forms = [Form(), Form(outputs)]

  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply {
    let showsOutputs = call.has(outputs)
    let cells = notebook.log.cells.filter { $0.number > notebook.base }
    let width = "\(cells.last?.number ?? 1)".count
    let indent = String(repeating: " ", count: width + 4)
    let lines = cells.flatMap { cell -> [String] in
      let number = "\(cell.number)"
      let mark =
        switch cell.status {
        case .accepted, .aside: ""
        case .undone: "   (undone)"
        case .failed: "   (failed)"
        }
      var source = cell.source.split(separator: "\n", omittingEmptySubsequences: false)
        .map { String($0).visible }
      source[0] =
        "  " + String(repeating: " ", count: width - number.count) + number + "  " + source[0]
      source[source.count - 1] += mark
      var lines = [source[0]] + source.dropFirst().map { indent + $0 }
      if showsOutputs, let text = cell.text {
        lines += text.split(separator: "\n", omittingEmptySubsequences: false).map {
          $0.isEmpty ? "" : indent + $0
        }
      }
      return lines
    }
    return .text(lines.isEmpty ? "no cells yet" : lines.joined(separator: "\n"))
  }
}
