/// The states that a notebook can go back and forward to.
///
/// State i is the one behind the i-th accepted cell; state 0 is the beginning. States share what
/// cells did not change, and the oldest are given up when their memory passes a budget; they can be
/// rebuilt from an older one by running the cells between.
struct Timeline {
  /// The most memory that kept states may hold on to, in bytes, as far as it can be estimated.
  static let defaultBudget = 512 << 20
  /// Every state at such a distance is given up last, so that rebuilding is never far.
  private static let checkpoint = 1000
  /// What a state costs besides its tensors.
  private static let overhead = 4096

  private struct Kept {
    var state: SessionState?
    let cost: Int
  }

  /// The numbers of the cells, in order; those behind ``position`` are undone.
  private(set) var cells: [Int] = []
  private var states: [Kept]
  /// How many of the cells are in force.
  private(set) var position = 0
  /// Where `redo` goes from a position, where that is further than the next one: several cells that
  /// were undone as one step.
  private var leaps: [Int: Int] = [:]
  private var kept = 0
  private let budget: Int
  /// Below this index only checkpoints are left.
  private var firstKept = 1

  init(_ start: SessionState, budget: Int) {
    states = [Kept(state: start, cost: 0)]
    self.budget = budget
  }

  /// The number of the last cell in force; 0 before the first one.
  var lastCell: Int { position > 0 ? cells[position - 1] : 0 }

  /// How many cells with numbers above one can be undone.
  func undoCount(after number: Int) -> Int { position - min(position, count(upTo: number)) }

  /// The positions that `redo` goes through, a step each; none where a cell on the way has not a
  /// number above one.
  func redoPositions(after number: Int) -> [Int] {
    guard count(upTo: number) <= position else { return [] }
    var (positions, reached) = ([Int](), position)
    while reached < cells.count {
      reached = leaps[reached] ?? reached + 1
      positions.append(reached)
    }
    return positions
  }

  /// Adds the state behind a new cell; what was undone before it is gone.
  ///
  /// - Returns: the numbers of cells whose states were given up.
  mutating func append(_ state: SessionState, cell: Int, bytes: Int) -> [Int] {
    for gone in states[(position + 1)...] where gone.state != nil { kept -= gone.cost }
    cells.removeSubrange(position...)
    leaps = [:]
    states.removeSubrange((position + 1)...)
    firstKept = min(firstKept, states.count)
    cells.append(cell)
    let cost = bytes + Self.overhead
    states.append(Kept(state: state, cost: cost))
    position += 1
    kept += cost
    return giveUp()
  }

  /// Gives up old states until the budget holds; the state before the present one always stays.
  private mutating func giveUp() -> [Int] {
    var given: [Int] = []
    while kept > budget, firstKept < position - 1 {
      if firstKept % Self.checkpoint != 0 {
        kept -= states[firstKept].cost
        states[firstKept].state = nil
        given.append(cells[firstKept - 1])
      }
      firstKept += 1
    }
    return given
  }

  /// Moves back or forward; where back is one step, forward again is one, too.
  mutating func move(to position: Int, asOneStep: Bool = false) {
    if asOneStep { leaps[position] = self.position }
    if position > self.position {
      for passed in self.position..<position { leaps[passed] = nil }
    }
    self.position = position
  }

  /// The nearest kept state at or before a position.
  func nearest(_ position: Int) -> (state: SessionState, position: Int) {
    for index in stride(from: position, through: 0, by: -1) {
      if let state = states[index].state { return (state, index) }
    }
    return (SessionState(Session()), 0)
  }

  /// The position behind a cell, nil where there is no way to it any more.
  func position(of cell: Int) -> Int? {
    let position = count(upTo: cell)
    return position > 0 && cells[position - 1] == cell ? position : nil
  }

  /// How many cells have a number up to one; as numbers only grow, the cells are sorted.
  private func count(upTo number: Int) -> Int {
    var (low, high) = (0, cells.count)
    while low < high {
      let middle = (low + high) / 2
      if cells[middle] <= number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
