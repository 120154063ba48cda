/// Why an index leads nowhere.
enum IndexError: EvaluationError {
  case indexOutOfRange(Int, dimension: Int, size: Int)
  case tooManyIndices(Int, rank: Int)
  case notIndexable(kind: String)

  var message: String {
    switch self {
    case .indexOutOfRange(let index, let dimension, let size):
      "index \(index) is out of range for dimension \(dimension) with size \(size)"
    case .tooManyIndices(let count, let rank):
      "\(count) \(count == 1 ? "index" : "indices") for a tensor of \(rank) dimension\(rank == 1 ? "" : "s")"
    case .notIndexable(let kind): "\(kind) cannot be indexed: only a tensor can"
    }
  }

  var remedy: String? {
    switch self {
    case .indexOutOfRange(_, _, let size):
      size == 0 ? "it is empty" : "indices go from \(-size) to \(size - 1)"
    case .tooManyIndices: nil
    case .notIndexable: nil
    }
  }
}
