/// What was run and said, in order; it only grows.
public struct Log {
  /// What became of a cell.
  public enum Status: Equatable, Sendable {
    /// It is part of the present state.
    case accepted
    /// It worked on the notebook and not on the session.
    case aside
    /// It failed, with this message, and changed nothing.
    case failed(String)
    /// It was undone.
    case undone
  }

  /// A cell that was run.
  public struct Cell {
    /// Its number.
    public let number: Int
    /// Its text.
    public let source: String
    /// What it displayed.
    public let text: String?
    /// What became of it.
    public fileprivate(set) var status: Status
    /// Whether it began the session anew.
    public let isReset: Bool
    fileprivate var value: KeptValue
  }

  /// The displayed value of a cell.
  enum KeptValue {
    case nothing
    case value(Value)
    /// Given up for its memory; the cell has to be run again.
    case givenUp
  }

  /// One entry.
  public enum Entry {
    /// A cell.
    case cell(Cell)
    /// A line of prose, with its `#`; an empty one ends a paragraph.
    case prose(String)
    /// A line of prose that was taken back.
    case withdrawn(prose: String)
  }

  /// All entries, oldest first.
  public private(set) var entries: [Entry] = []
  /// Where each cell stands among the entries, by number.
  private var positions: [Int] = []
  /// The numbers of all cells that began the session anew, undone ones too.
  private var resets: [Int] = []
  /// The cells that others name as `Out[n]`.
  private var named: Set<Int> = []

  /// The number that the next cell takes.
  public var nextNumber: Int { positions.count + 1 }

  /// All cells, oldest first.
  public var cells: [Cell] {
    entries.compactMap { entry in if case .cell(let cell) = entry { cell } else { nil } }
  }

  /// The cell with a number, nil where there is none.
  public subscript(_ number: Int) -> Cell? {
    guard number >= 1, number < nextNumber, case .cell(let cell) = entries[positions[number - 1]]
    else { return nil }
    return cell
  }

  mutating func append(_ result: CellResult) {
    let status: Status =
      result.failure.map { .failed($0.message) } ?? (result.isAside ? .aside : .accepted)
    append(
      Cell(
        number: result.number, source: result.source, text: result.text, status: status,
        isReset: result.isReset, value: result.value.map { .value($0) } ?? .nothing))
  }

  /// Adds a cell that was run in an earlier process and is not run again.
  mutating func append(source: String, status: Status) {
    append(
      Cell(
        number: nextNumber, source: source, text: nil, status: status,
        isReset: false, value: .nothing))
  }

  /// Whether a later cell names this one as `Out[n]`.
  func isNamed(_ number: Int) -> Bool { named.contains(number) }

  private mutating func append(_ cell: Cell) {
    if cell.isReset { resets.append(cell.number) }
    _ = Transcript.renumbered(cell.source) {
      named.insert($0)
      return $0
    }
    positions.append(entries.count)
    entries.append(.cell(cell))
  }

  /// Adds a line of prose; an empty one only after another.
  ///
  /// - Returns: whether it was added.
  mutating func append(prose: String) -> Bool {
    if prose.isEmpty {
      guard case .prose(let last)? = entries.last, !last.isEmpty else { return false }
    }
    entries.append(.prose(prose))
    return true
  }

  /// Takes back the last line of prose that is still there, since the last reset.
  ///
  /// - Parameter number: the cell behind which it must stand, 0 for none.
  /// - Returns: the line, nil where there is none.
  mutating func withdrawProse(after number: Int) -> String? {
    let first = number > 0 ? positions[number - 1] : 0
    for index in entriesSinceReset.indices.reversed() where index >= first {
      guard case .prose(let text) = entries[index], !text.isEmpty else { continue }
      entries[index] = .withdrawn(prose: text)
      return text
    }
    return nil
  }

  /// The number of the last cell in force that began the session anew.
  var lastReset: Int? { resets.last { self[$0]?.status == .accepted } }

  /// How many cells in force, from a number on, began the session anew.
  func resets(since number: Int) -> Int {
    resets.count { $0 >= number && self[$0]?.status == .accepted }
  }

  /// What came after the last reset.
  var entriesSinceReset: ArraySlice<Entry> {
    lastReset.map { entries[(positions[$0 - 1] + 1)...] } ?? entries[...]
  }

  /// Marks a cell as undone or as in force again.
  mutating func mark(_ number: Int, undone: Bool) {
    change(number) { $0.status = undone ? .undone : .accepted }
  }

  /// Lets go of a cell's value.
  mutating func giveUpValue(of number: Int) {
    change(number) { if case .value = $0.value { $0.value = .givenUp } }
  }

  private mutating func change(_ number: Int, _ body: (inout Cell) -> Void) {
    guard number >= 1, number < nextNumber else { return }
    let position = positions[number - 1]
    guard case .cell(var cell) = entries[position] else { return }
    body(&cell)
    entries[position] = .cell(cell)
  }

  /// `Out[number]`, nil where its value was given up.
  ///
  /// - Throws: ``OutError`` where that cell displayed nothing, failed, was undone, or was never
  ///   run.
  func output(_ number: Int) throws -> Value? {
    guard let cell = self[number] else { throw OutError.outNotYet(number) }
    if let reset = lastReset, number < reset { throw OutError.outBeforeReset(number) }
    switch cell.status {
    case .failed: throw OutError.outFailed(number)
    case .undone: throw OutError.outUndone(number)
    case .accepted, .aside: break
    }
    switch cell.value {
    case .value(let value): return value
    case .givenUp: return nil
    case .nothing: throw OutError.outShowsNothing(number)
    }
  }

  /// The value of a cell that is still kept, whatever has become of the cell.
  func keptValue(_ number: Int) -> Value? {
    guard case .value(let value)? = self[number]?.value else { return nil }
    return value
  }

  /// How many cells ``Transcript/text(of:)`` writes.
  var savedCells: Int {
    entriesSinceReset.count { entry in
      if case .cell(let cell) = entry { cell.status == .accepted } else { false }
    }
  }
}
