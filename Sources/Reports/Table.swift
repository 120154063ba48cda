import Running

/// Rows of cells below each other, the first one a heading.
public struct Table: Sendable {
  /// One row.
  public struct Row: Sendable {
    /// Its cells; at the end some may be missing.
    public let cells: [String]
    /// What a reader should see at once in it.
    public let mark: Mark?

    /// Makes a row.
    public init(_ cells: [String], mark: Mark? = nil) { (self.cells, self.mark) = (cells, mark) }
  }

  /// The rows.
  public private(set) var rows: [Row]
  /// The columns, from 0, that are aligned to the left; the others are to the right.
  public let leading: Set<Int>

  /// Makes a table of rows.
  public init(_ rows: [Row], leading: Set<Int> = []) { (self.rows, self.leading) = (rows, leading) }

  /// Makes a table of rows without marks.
  public init(_ rows: [[String]], leading: Set<Int> = []) {
    self.init(rows.map { Row($0) }, leading: leading)
  }

  /// Adds a row.
  public mutating func append(_ cells: [String], mark: Mark? = nil) {
    rows.append(Row(cells, mark: mark))
  }

  /// Claims memory for the cells and the lines of so many rows.
  ///
  /// - Throws: `OutOfMemory`.
  public static func claimRoom(rows: Int) throws { try Memory.borrow(bytes: rows * 1024) }

  /// The rows as lines, each column as wide as its widest cell, two blanks between columns.
  public var lines: [Report.Line] {
    let columns = rows.map(\.cells.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.cells.count ? $0.cells[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = row.cells.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return leading.contains(column) ? cell + padding : padding + cell
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return Report.Line(text: line, mark: row.mark)
    }
  }

  /// The lines as one text, without a line feed at its end.
  public var text: String { lines.map(\.text).joined(separator: "\n") }
}
