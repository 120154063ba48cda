import Running

/// Rows of cells below each other, the first one a heading.
///
/// There may be millions: what makes and lays out rows looks at the cancel flag at each, and claims
/// memory before it grows.
public struct Table: Sendable {
  /// One row.
  public struct Row: Sendable {
    /// Its cells; at the end some may be missing.
    public let cells: ArraySlice<String>
    /// What a reader should see at once in it.
    public let mark: Mark?
  }

  /// The cells, row after row in one list: millions of small ones would take long to free.
  private var cells: [String] = []
  /// Where each row ends in it, and its mark.
  private var ends: [(cell: Int, mark: Mark?)] = []
  /// The columns, from 0, that are aligned to the left; the others are to the right.
  public let leading: Set<Int>

  /// Makes a table of a few rows without marks.
  public init(_ rows: [[String]], leading: Set<Int> = []) {
    self.leading = leading
    for row in rows { add(row, mark: nil) }
  }

  /// How many rows there are.
  public var rowCount: Int { ends.count }

  /// A row, from 0.
  public subscript(row: Int) -> Row {
    Row(cells: cells[(row > 0 ? ends[row - 1].cell : 0)..<ends[row].cell], mark: ends[row].mark)
  }

  /// Adds a row.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public mutating func append(_ row: [String], mark: Mark? = nil) throws {
    try Cancellation.check()
    // Twice, as lists grow by doubling; what is longer than a word has storage of its own.
    let bytes = row.reduce(32) { $0 + 32 + ($1.utf8.count > 15 ? $1.utf8.count + 32 : 0) }
    try Memory.borrow(bytes: cells.count < cells.capacity ? bytes : bytes + 32 * cells.count)
    add(row, mark: mark)
  }

  private mutating func add(_ row: [String], mark: Mark?) {
    cells += row
    ends.append((cells.count, mark))
  }

  /// Looks whether there is memory for the cells and the lines of so many rows, before they are made.
  ///
  /// - Throws: `OutOfMemory`.
  public static func claimRoom(rows: Int) throws { try Memory.borrow(bytes: rows * 1024) }

  /// The rows as lines, each column as wide as its widest cell, two blanks between columns.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public var lines: [Report.Line] {
    get throws {
      let widths = try widths
      try Memory.borrow(bytes: rowCount * (64 + Self.length(of: widths)))
      return try (0..<rowCount).map { row in
        try Cancellation.check()
        var text = ""
        append(row, to: &text, widths)
        return Report.Line(text: text, mark: ends[row].mark)
      }
    }
  }

  /// The lines as one text, without a line feed at its end.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public var text: String {
    get throws {
      let widths = try widths
      let bytes = rowCount * Self.length(of: widths)
      try Memory.borrow(bytes: bytes)
      var text = ""
      text.reserveCapacity(bytes)
      for row in 0..<rowCount {
        try Cancellation.check()
        if row > 0 { text += "\n" }
        append(row, to: &text, widths)
      }
      return text
    }
  }

  private var widths: [Int] {
    get throws {
      var widths: [Int] = []
      for row in 0..<rowCount {
        try Cancellation.check()
        for (column, cell) in self[row].cells.enumerated() {
          if column == widths.count { widths.append(0) }
          widths[column] = max(widths[column], cell.count)
        }
      }
      return widths
    }
  }

  /// Characters of a line at most, its end included.
  private static func length(of widths: [Int]) -> Int { widths.reduce(1) { $0 + $1 + 2 } }

  /// Appends a row as a line, without blanks at its end.
  private func append(_ row: Int, to text: inout String, _ widths: [Int]) {
    var blanks = 0
    for (column, cell) in self[row].cells.enumerated() {
      let padding = widths[column] - cell.count
      blanks += (column > 0 ? 2 : 0) + (leading.contains(column) ? 0 : padding)
      let last = cell.lastIndex { $0 != " " }
      if let last {
        text += String(repeating: " ", count: blanks)
        text += cell[...last]
        blanks = 0
      }
      blanks += last.map { cell.distance(from: $0, to: cell.endIndex) - 1 } ?? cell.count
      if leading.contains(column) { blanks += padding }
    }
  }
}
