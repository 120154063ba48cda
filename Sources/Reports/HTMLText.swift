import Running
import Tensors

// Reports as parts of a page.
extension Report {
  /// The report as HTML: text in `pre`, tables as `table`, pictures as SVG that ``drawingStyle``
  /// colours; marked lines and rows have the class `masked`.
  ///
  /// - Parameter options: how the numbers of a picture's legend print.
  /// - Returns: elements that can stand in any block, without a line feed at the end.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func html(options: PrintOptions = PrintOptions()) throws -> String {
    var parts: [String] = []
    var lines: [Line] = []
    func closeText() {
      // Blank lines between a table and a text are the page's to make.
      let text = lines.trimmingBlankEnds
      lines = []
      guard !text.isEmpty else { return }
      parts.append("<pre>\(text.map(\.html).joined(separator: "\n"))</pre>")
    }
    for block in blocks {
      try Cancellation.check()
      if case .table(let table) = block {
        closeText()
        parts.append(try table.html)
      } else if let drawing = try block.drawing(options: options) {
        closeText()
        parts.append(drawing.svg(label: Report([block]).kind))
      } else {
        lines += try Report([block]).lines(options: options)
      }
    }
    closeText()
    return parts.joined(separator: "\n")
  }
}

extension [Report.Line] {
  fileprivate var trimmingBlankEnds: ArraySlice<Report.Line> {
    let first = firstIndex { !$0.text.isEmpty } ?? endIndex
    let last = lastIndex { !$0.text.isEmpty } ?? first
    return first == endIndex ? [] : self[first...last]
  }
}

extension Report.Line {
  fileprivate var html: String {
    let text = Markup.escaped(text)
    return mark == .masked ? "<span class=\"masked\">\(text)</span>" : text
  }
}

extension Table {
  /// The rows as a `table` whose first row is its head.
  ///
  /// - Throws: `Cancelled`.
  var html: String {
    get throws {
      guard rowCount > 0 else { return "" }
      let columns = (0..<rowCount).map { self[$0].cells.count }.max() ?? 0
      var lines = ["<table>"]
      for row in 0..<rowCount {
        try Cancellation.check()
        let isHead = row == 0
        if isHead { lines.append("<thead>") }
        let kind = isHead ? "th" : "td"
        var line = self[row].mark == .masked ? "<tr class=\"masked\">" : "<tr>"
        var cells = self[row].cells.map { Markup.escaped($0) }
        cells += Array(repeating: "", count: columns - cells.count)
        for (column, cell) in cells.enumerated() {
          line += leading.contains(column) ? "<\(kind) class=\"leading\">" : "<\(kind)>"
          line += "\(cell)</\(kind)>"
        }
        lines.append(line + "</tr>")
        if isHead { lines += ["</thead>", "<tbody>"] }
      }
      return (lines + ["</tbody>", "</table>"]).joined(separator: "\n")
    }
  }
}
