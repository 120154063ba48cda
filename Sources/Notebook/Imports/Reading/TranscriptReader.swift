import Language

/// Reads what was copied from a notebook or from Python: prompts before the cells, and outputs
/// between them.
enum TranscriptReader {
  /// The cells; nil where no line has a prompt.
  static func cells(_ lines: [String]) -> [NotebookFile.Cell]? {
    var cells: [NotebookFile.Cell] = []
    var prose: [String] = []
    var code: [String] = []
    var output: [String] = []
    var start = 0
    var state = State.prose
    func close() {
      if !prose.allSatisfy(\.isEmpty) {
        cells.append(
          NotebookFile.Cell(isCode: false, lines: prose, place: .line(start + 1)))
      }
      if !code.isEmpty { cells.append(cell(code, output, at: start)) }
      (prose, code, output) = ([], [], [])
    }
    for (index, line) in lines.enumerated() {
      if let first = prompted(line) {
        close()
        start = index
        code = [first]
        state = .code
      } else if state == .code, let more = PasteFilter.continued(line) {
        code.append(more)
      } else if code.isEmpty {
        if prose.isEmpty { start = index }
        prose.append(line)
      } else {
        state = .output
        output.append(line)
      }
    }
    guard !code.isEmpty || cells.contains(where: \.isCode) else { return nil }
    close()
    return cells
  }

  private enum State { case prose, code, output }

  private static func cell(
    _ code: [String], _ output: [String], at start: Int
  ) -> NotebookFile.Cell {
    var code = code
    while code.count > 1, code.last?.allSatisfy(\.isWhitespace) == true { code.removeLast() }
    var cell = NotebookFile.Cell(isCode: true, lines: code, place: .line(start + 1))
    cell.failed = output.contains { $0.hasPrefix("Traceback (most recent call last)") }
    let marked = output.firstIndex { outputText($0) != nil }
    let printed = output[..<(marked ?? output.count)]
    let text = printed.joined(separator: "\n").trimmingTrailingBlanks
    if !text.isEmpty { cell.printed = text }
    if let marked, let first = outputText(output[marked]) {
      let shown = ([first] + output[(marked + 1)...]).drop(while: \.isEmpty)
      cell.shown = shown.joined(separator: "\n").trimmingTrailingBlanks
    }
    return cell
  }

  /// What follows `Out[3]: `.
  private static func outputText(_ line: String) -> String? {
    guard line.hasPrefix("Out["), let end = line.firstIndex(of: "]") else { return nil }
    let rest = line[line.index(after: end)...]
    guard rest.hasPrefix(":") else { return nil }
    return withoutBlank(rest.dropFirst())
  }

  /// What follows a prompt in column 1: an indented one stands in a program's documentation.
  private static func prompted(_ line: String) -> String? {
    line.first == " " || line.first == "\t" ? nil : PasteFilter.prompted(line)
  }

  private static func withoutBlank(_ text: Substring) -> String {
    String(text.first == " " ? text.dropFirst() : text)
  }
}
