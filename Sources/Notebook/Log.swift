/// What was run and said, in order; it only grows.
public struct Log {
  /// A cell that was run.
  public struct Cell {
    /// Its number.
    public let number: Int
    /// Its text.
    public let source: String
    /// What it displayed.
    public let text: String?
    /// The message of its failure.
    public let failure: String?
    /// Whether it worked on the notebook and not on the session.
    public let isAside: Bool
    let value: Value?
  }

  /// One entry.
  public enum Entry {
    /// A cell.
    case cell(Cell)
    /// A line of prose, with its `#`.
    case prose(String)
  }

  /// All entries, oldest first.
  public private(set) var entries: [Entry] = []
  /// Where each cell stands among the entries, by number.
  private var positions: [Int] = []

  /// The number that the next cell takes.
  public var nextNumber: Int { positions.count + 1 }

  mutating func append(_ result: CellResult) {
    positions.append(entries.count)
    entries.append(
      .cell(
        Cell(
          number: result.number, source: result.source, text: result.text,
          failure: result.failure?.message, isAside: result.isAside, value: result.value)))
  }

  mutating func append(prose: String) { entries.append(.prose(prose)) }

  /// `Out[number]`.
  ///
  /// - Throws: ``CommandError`` where that cell displayed nothing, failed, or was never run.
  func output(_ number: Int) throws -> Value {
    guard number >= 1, number < nextNumber, case .cell(let cell) = entries[positions[number - 1]]
    else { throw CommandError.outNotYet(number) }
    if cell.failure != nil { throw CommandError.outFailed(number) }
    guard let value = cell.value else { throw CommandError.outShowsNothing(number) }
    return value
  }

  /// How many cells ``Transcript/text(of:)`` writes.
  var savedCells: Int {
    entries.count { entry in
      if case .cell(let cell) = entry { cell.failure == nil && !cell.isAside } else { false }
    }
  }
}
