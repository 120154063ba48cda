import Running

/// Cells as `history` lists them.
public enum HistoryText {
  /// Cells with their numbers, and a mark where one was undone or failed.
  ///
  /// - Parameters:
  ///   - cells: the cells.
  ///   - showsOutputs: whether what they displayed follows them.
  /// - Returns: lines.
  /// - Throws: `Cancelled`.
  public static func lines(
    _ cells: [Log.Cell], showsOutputs: Bool
  ) throws(Cancelled) -> [String] {
    let width = "\(cells.last?.number ?? 1)".count
    let indent = String(repeating: " ", count: width + 4)
    var lines: [String] = []
    for cell in cells {
      let number = "\(cell.number)"
      let mark =
        switch cell.status {
        case .accepted, .aside: ""
        case .undone: "   (undone)"
        case .failed: "   (failed)"
        }
      var label = "  " + String(repeating: " ", count: width - number.count) + number + "  "
      for line in cell.source.lines {
        try Cancellation.check()
        lines.append(label + line.visible)
        label = indent
      }
      lines[lines.count - 1] += mark
      guard showsOutputs, let text = cell.text else { continue }
      for line in text.lines {
        try Cancellation.check()
        lines.append(line.isEmpty ? "" : indent + line)
      }
    }
    return lines
  }
}
