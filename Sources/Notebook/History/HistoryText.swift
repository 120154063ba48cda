import Running

/// Cells as `history` lists them.
public enum HistoryText {
  /// Cells with their numbers, and a mark where one was undone or failed.
  ///
  /// - Parameters:
  ///   - cells: the cells.
  ///   - showsOutputs: whether what they displayed follows them.
  /// - Returns: lines without a line feed at the end, one text: there may be millions.
  /// - Throws: `Cancelled`.
  public static func text(
    _ cells: [Log.Cell], showsOutputs: Bool
  ) throws(Cancelled) -> String {
    let width = "\(cells.last?.number ?? 1)".count
    let indent = String(repeating: " ", count: width + 4)
    var text = ""
    for cell in cells {
      let number = "\(cell.number)"
      let mark =
        switch cell.status {
        case .accepted, .aside: ""
        case .undone: "   (undone)"
        case .failed: "   (failed)"
        }
      var label = "  " + String(repeating: " ", count: width - number.count) + number + "  "
      if !text.isEmpty { text += "\n" }
      for line in cell.source.eachLine {
        try Cancellation.check()
        text += label + String(line).visible
        label = "\n" + indent
      }
      text += mark
      guard showsOutputs, let shown = cell.text else { continue }
      for line in shown.eachLine {
        try Cancellation.check()
        text += "\n"
        if !line.isEmpty {
          text += indent
          text += line
        }
      }
    }
    return text
  }
}
