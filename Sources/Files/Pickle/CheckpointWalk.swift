import Running

/// Finds the tensors in what a pickle described.
struct CheckpointWalk {
  /// The levels of dictionaries and lists that are gone through.
  static let depthLimit = 16

  /// The most values that are looked at.
  static let visitLimit = 1_000_000

  let heap: PickleHeap
  var tensors: [(name: String, place: Int)] = []
  var isSingle = false
  private var visits = 0

  init(heap: PickleHeap) { self.heap = heap }

  mutating func visit(_ value: PickleValue, path: String, depth: Int) throws {
    visits += 1
    // A container may hold itself, or the same one twice at every level.
    guard depth <= Self.depthLimit, visits <= Self.visitLimit else {
      throw TensorFileError("nests its values too deeply")
    }
    if visits.isMultiple(of: 1024) { try Cancellation.check() }
    switch value {
    case .tensor(let place):
      isSingle = depth == 0
      tensors.append((path, place))
    case .dictionary(let place):
      for (key, value) in heap.dictionaries[place] {
        try visit(value, path: joined(path, Self.text(key)), depth: depth + 1)
      }
    case .list(let place), .tuple(let place):
      for (index, value) in heap.sequences[place].enumerated() {
        try visit(value, path: joined(path, "\(index)"), depth: depth + 1)
      }
    default: break
    }
  }

  private func joined(_ path: String, _ name: String) -> String {
    path.isEmpty ? name : "\(path).\(name)"
  }

  private static func text(_ value: PickleValue) -> String {
    switch value {
    case .none: "None"
    case .boolean(let value): value ? "True" : "False"
    case .integer(let value): "\(value)"
    case .float(let value): "\(value)"
    case .string(let value): value
    default: "…"
    }
  }
}
