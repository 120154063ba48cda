import Running

/// Columns of text, aligned to the right.
enum TextTable {
  /// Claims memory for the cells and the lines of so many rows.
  ///
  /// - Throws: `OutOfMemory`.
  static func claimRoom(rows: Int) throws { try Memory.borrow(bytes: rows * 1024) }

  /// The rows as lines, each column as wide as its widest cell, two blanks between columns.
  static func text(_ rows: [[String]], leading: Set<Int> = []) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return leading.contains(column) ? cell + padding : padding + cell
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
