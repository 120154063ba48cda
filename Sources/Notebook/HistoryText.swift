/// Cells as `history` lists them.
public enum HistoryText {
  /// Cells with their numbers, and a mark where one was undone or failed.
  ///
  /// - Parameters:
  ///   - cells: the cells.
  ///   - showsOutputs: whether what they displayed follows them.
  /// - Returns: lines.
  public static func lines(_ cells: [Log.Cell], showsOutputs: Bool) -> [String] {
    let width = "\(cells.last?.number ?? 1)".count
    let indent = String(repeating: " ", count: width + 4)
    return cells.flatMap { cell -> [String] in
      let number = "\(cell.number)"
      let mark =
        switch cell.status {
        case .accepted, .aside: ""
        case .undone: "   (undone)"
        case .failed: "   (failed)"
        }
      var lines = cell.source.split(separator: "\n", omittingEmptySubsequences: false)
        .map { indent + String($0).visible }
      lines[0] =
        "  " + String(repeating: " ", count: width - number.count) + number
        + lines[0].dropFirst(width + 2)
      lines[lines.count - 1] += mark
      if showsOutputs, let text = cell.text {
        lines += text.split(separator: "\n", omittingEmptySubsequences: false).map {
          $0.isEmpty ? "" : indent + $0
        }
      }
      return lines
    }
  }
}
