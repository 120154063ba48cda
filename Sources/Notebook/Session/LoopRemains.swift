import Gradients
import Language

/// What turns of a loop leave behind that nothing can ask for: which steps are used up, and the
/// gradients of values that are gone. A loop must not take more memory the longer it runs.
struct LoopRemains {
  /// So much may be left; it is looked through again once it has doubled.
  private static let least = 4096

  private let firstNode = Node.nextSerial
  private let firstLeaf = Leaf.nextIdentity
  private var limit = least

  /// Forgets what nothing holds any more of what the loop has made.
  mutating func forget(in session: inout Session) {
    guard max(session.usedUp.count, session.gradients.count) > limit else { return }
    let (nodes, leaves) = Self.reached(from: session.heldVariables)
    let parameters = session.layers.flatMap(\.entry.layer.parameters).map(\.leaf)
    let kept = leaves.union(parameters)
    let firstLeaf = firstLeaf
    let isKept = { (leaf: Leaf) in leaf.identity < firstLeaf || kept.contains(leaf) }
    session.gradients = session.gradients.filter { isKept($0.key) }
    session.losses = session.losses.filter { isKept($0.key) }
    let explained = Self.reached(from: session.losses.flatMap { $0.value.all }).nodes
    let firstNode = firstNode
    session.usedUp = session.usedUp.filter {
      $0 < firstNode || nodes.contains($0) || explained.contains($0)
    }
    limit = max(Self.least, 2 * max(session.usedUp.count, session.gradients.count))
  }

  /// What values were computed by, and from.
  private static func reached(
    from variables: [Variable]
  ) -> (nodes: Set<UInt64>, leaves: Set<Leaf>) {
    var (nodes, leaves): (Set<UInt64>, Set<Leaf>) = ([], [])
    for variable in variables {
      if let leaf = variable.leaf { leaves.insert(leaf) }
      for node in Backward.order(of: variable) where nodes.insert(node.serial).inserted {
        leaves.formUnion(node.inputs.compactMap(\.leaf))
      }
    }
    return (nodes, leaves)
  }
}

extension Session {
  /// All values that the session holds by a name, or as what ran last.
  fileprivate var heldVariables: [Variable] {
    var held = names.compactMap { _, binding -> Variable? in
      if case .value(.tensor(let variable)) = binding { variable } else { nil }
    }
    held += [input, output, lastLoss].compactMap(\.self)
    if case .tensor(let variable)? = last { held.append(variable) }
    for (_, values) in stages { held += [values.input, values.output] }
    return held
  }
}
