/// The notebooks before the cells of a lecture, to go back to.
///
/// A short lecture keeps all of them. A long one keeps some, evenly spread, because each holds a
/// log of its own; what lies between is found again by running a few cells.
struct StatesBeforeCells {
  private static let limit = 64
  private var states: [Int: Notebook] = [:]
  private var stride = 1

  /// Keeps the state before the cell at a place, from 0.
  mutating func keep(_ notebook: Notebook, at place: Int) {
    guard place.isMultiple(of: stride) else { return }
    states[place] = notebook
    while states.count > Self.limit {
      stride *= 2
      states = states.filter { $0.key.isMultiple(of: stride) }
    }
  }

  /// How many states are kept.
  var count: Int { states.count }

  /// The kept state that is nearest before a place, or at it.
  func nearest(to place: Int) -> (place: Int, notebook: Notebook)? {
    states.filter { $0.key <= place }.max { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Forgets the states from a place on.
  mutating func drop(from place: Int) { states = states.filter { $0.key < place } }
}
