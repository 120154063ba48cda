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
      } else if state == .code, let more = continued(line) {
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

  private static func prompted(_ line: String) -> String? {
    if line == ">>>" { return "" }
    if line.hasPrefix(">>> ") { return String(line.dropFirst(4)) }
    guard line.hasPrefix("In [") else { return nil }
    let rest = line.dropFirst(4).drop { $0.isNumber || $0 == " " }
    return rest.hasPrefix("]:") ? withoutBlank(rest.dropFirst(2)) : nil
  }

  private static func continued(_ line: String) -> String? {
    if line == "..." { return "" }
    if line.hasPrefix("... ") { return String(line.dropFirst(4)) }
    let content = line.drop { $0 == " " }
    return content.hasPrefix("...:") ? withoutBlank(content.dropFirst(4)) : nil
  }

  private static func withoutBlank(_ text: Substring) -> String {
    String(text.first == " " ? text.dropFirst() : text)
  }
}
