/// Reads programs: the cells between jupytext's markers `# %%`, or else what blank lines part.
enum ScriptReader {
  static func cells(_ lines: [String]) -> [NotebookFile.Cell] {
    let marks = lines.indices.filter { isMark(lines[$0]) }
    return marks.isEmpty ? blocks(lines) : marked(lines, marks)
  }

  private static func isMark(_ line: String) -> Bool {
    line.hasPrefix("# %%") || line.hasPrefix("#%%")
  }

  private static func marked(_ lines: [String], _ marks: [Int]) -> [NotebookFile.Cell] {
    var cells = blocks(Array(lines[..<marks[0]].drop { _ in isHeader(lines) }))
    if isHeader(lines) { cells = [] }
    for (index, mark) in marks.enumerated() {
      let end = index + 1 < marks.count ? marks[index + 1] : lines.count
      let content = Array(lines[(mark + 1)..<end])
      let isText = ["[markdown]", "[md]", "[raw]"].contains { lines[mark].contains($0) }
      let trimmed = trimmed(content, from: mark + 1)
      guard !trimmed.lines.isEmpty else { continue }
      let kept =
        isText
        ? trimmed.lines.map { $0.hasPrefix("# ") ? String($0.dropFirst(2)) : $0 == "#" ? "" : $0 }
        : trimmed.lines
      cells.append(
        NotebookFile.Cell(
          isCode: !isText, lines: kept, place: .line(trimmed.first + 1), isInteractive: true))
    }
    return cells
  }

  /// Whether a program begins with what jupytext notes of the notebook.
  private static func isHeader(_ lines: [String]) -> Bool { lines.first == "# ---" }

  private static func trimmed(_ lines: [String], from start: Int) -> (lines: [String], first: Int) {
    let isBlank = { (line: String) in line.allSatisfy(\.isWhitespace) }
    let kept = lines.enumerated().filter { !isBlank($0.element) }.map(\.offset)
    guard let first = kept.first, let last = kept.last else { return ([], start) }
    return (Array(lines[first...last]), start + first)
  }

  /// Blank lines part statements; comments and statements next to one another are one cell.
  private static func blocks(_ lines: [String]) -> [NotebookFile.Cell] {
    let starts = starts(lines)
    var cells: [NotebookFile.Cell] = []
    var first = 0
    func close(_ end: Int) {
      let block = trimmed(Array(lines[first..<end]), from: first)
      guard !block.lines.isEmpty else { return }
      cells.append(
        NotebookFile.Cell(
          isCode: true, lines: block.lines, place: .line(block.first + 1), isInteractive: false))
    }
    for index in lines.indices.dropFirst()
    where starts.contains(index) && lines[index - 1].allSatisfy(\.isWhitespace) {
      close(index)
      first = index
    }
    close(lines.count)
    return cells
  }

  /// The lines on which a statement or a comment of the outermost level begins.
  private static func starts(_ lines: [String]) -> Set<Int> {
    guard let read = try? PythonTokens(lines.joined(separator: "\n")) else { return [] }
    var starts: Set<Int> = []
    var level = 0
    var isStart = true
    for token in read.tokens {
      switch token.kind {
      case .indentation: level += 1
      case .outdentation: level -= 1
      case .lineEnd: isStart = true
      default:
        if isStart, level == 0 { starts.insert(token.line) }
        isStart = false
      }
    }
    for comment in read.comments where comment.isAlone && lines[comment.line].hasPrefix("#") {
      starts.insert(comment.line)
    }
    return starts
  }
}
