import Gradients
import HashTreeCollections

/// The values that were differentiated one after another, oldest first.
///
/// It shares its structure with earlier states: an array would be copied by each backward, and as
/// every state is kept for undo, a long session's memory would grow with the square of its length.
struct LossList {
  private var byOrder: TreeDictionary<Int, Variable> = [:]

  init(_ loss: Variable? = nil) {
    if let loss { append(loss) }
  }

  mutating func append(_ loss: Variable) { byOrder[byOrder.count] = loss }

  /// All of them, oldest first.
  var all: [Variable] { (0..<byOrder.count).compactMap { byOrder[$0] } }
}
