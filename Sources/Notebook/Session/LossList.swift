import Gradients
import HashTreeCollections

/// The values that were differentiated one after another, oldest first.
///
/// It shares its structure with earlier states: an array would be copied by each backward, and as
/// every state is kept for undo, a long session's memory would grow with the square of its length.
struct LossList {
  /// So many are kept, the last ones: who never clears gradients must not run out of memory.
  static let limit = 100

  private var byOrder: TreeDictionary<Int, Variable> = [:]
  private var next = 0

  init(_ loss: Variable? = nil) {
    if let loss { append(loss) }
  }

  mutating func append(_ loss: Variable) {
    byOrder[next] = loss
    byOrder[next - Self.limit] = nil
    next += 1
  }

  /// Those that are kept, oldest first.
  var all: [Variable] { (max(0, next - Self.limit)..<next).compactMap { byOrder[$0] } }
}
