import Running

/// Finds the tensors in what a pickle described.
struct CheckpointWalk {
  /// The levels of dictionaries and lists that are gone through.
  static let depthLimit = 16

  /// The most values that are looked at.
  static let visitLimit = 50_000

  let heap: PickleHeap
  var tensors: [(keys: [TensorFile.Key], place: Int)] = []
  var isSingle = false
  private var visits = 0

  init(heap: PickleHeap) { self.heap = heap }

  mutating func visit(_ value: PickleValue, keys: [TensorFile.Key] = []) throws {
    visits += 1
    // A container may hold itself, or the same one twice at every level.
    guard keys.count <= Self.depthLimit else {
      throw TensorFileError("nests its values too deeply")
    }
    guard visits <= Self.visitLimit else {
      throw TensorFileError("holds more than \(Self.visitLimit) values")
    }
    if visits.isMultiple(of: 1024) { try Cancellation.check() }
    switch value {
    case .tensor(let place):
      isSingle = keys.isEmpty
      // Before names are put together: a dictionary's own stands in those of all that is in it.
      try TensorFile.checkName(keys.reduce(0) { $0 + $1.description.utf8.count })
      tensors.append((keys, place))
    case .dictionary(let place):
      for (key, value) in heap.dictionaries[place] {
        try visit(value, keys: keys + [Self.key(key)])
      }
    case .list(let place), .tuple(let place):
      for (index, value) in heap.sequences[place].enumerated() {
        try visit(value, keys: keys + [.number(index)])
      }
    default: break
    }
  }

  private static func key(_ value: PickleValue) -> TensorFile.Key {
    switch value {
    case .none: .name("None")
    case .boolean(let value): .name(value ? "True" : "False")
    case .integer(let value): .number(value)
    case .float(let value): .name("\(value)")
    case .string(let value): .name(value)
    default: .name("…")
    }
  }
}
