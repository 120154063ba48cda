import Running
import Tensors

/// A recorded computation in double, by each operation's plain reference.
///
/// Every node starts from the values that float32 has recorded: what a node's rounding made of its
/// result is added to the reference's. The derivative is therefore taken at the very point at which
/// `backward` takes it, and on the same side of every kink, however much a later node enlarges a
/// rounding.
struct DoubleGraph {
  /// One element moved away from its recorded value.
  struct Move {
    let leaf: Leaf
    let element: Int
    let distance: Double
  }

  /// What a run gives.
  struct Run {
    /// The values by node.
    var values: [UInt64: DoubleTensor] = [:]
    /// The branches that operations took, by node.
    var branches: [UInt64: [Int]] = [:]
  }

  /// What a node starts from, and what its rounding was.
  private struct Start {
    let inputs: [DoubleTensor]
    let rounding: DoubleTensor
  }

  /// The value that was differentiated.
  let output: Variable
  /// The nodes, first made first.
  let order: [Node]
  /// The leaves, in the order of their first use.
  let leaves: [(leaf: Leaf, tensor: Tensor)]
  /// The recorded values, nothing moved.
  private(set) var base = Run()
  private var starts: [UInt64: Start] = [:]
  /// By node the rules that are not derivatives, for each of the inputs.
  private var decrees: [UInt64: [GradientFactors?]] = [:]
  /// For each node the places in ``order`` of the nodes that made its inputs.
  private let sources: [[Int]]

  /// Goes through the computation once.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory does not suffice.
  init(of output: Variable) throws {
    self.output = output
    order = Backward.order(of: output).reversed()
    var leaves: [(leaf: Leaf, tensor: Tensor)] = []
    var seen: Set<Leaf> = []
    for input in order.flatMap(\.inputs) {
      guard let leaf = input.leaf, seen.insert(leaf).inserted else { continue }
      leaves.append((leaf, input.tensor))
    }
    self.leaves = leaves
    let places = Dictionary(uniqueKeysWithValues: zip(order.map(\.serial), order.indices))
    sources = order.map { node in node.inputs.compactMap { $0.node.flatMap { places[$0.serial] } } }
    for node in order {
      try Cancellation.check()
      let inputs = try node.inputs.map { input in
        try input.node.flatMap { base.values[$0.serial] } ?? DoubleTensor(input.tensor)
      }
      let output = try DoubleTensor(node.output)
      let reference = try node.operation.reference(inputs)
      let rounding = try DoubleTensor(shape: output.shape) { index in
        // Equal infinities leave nothing.
        let rounding = output.elements[index] - reference.elements[index]
        return rounding.isNaN ? 0 : rounding
      }
      starts[node.serial] = Start(inputs: inputs, rounding: rounding)
      base.values[node.serial] = output
      let branches = try node.operation.branches(inputs)
      if !branches.isEmpty { base.branches[node.serial] = branches }
      let rules = try node.inputs.indices.map {
        try node.operation.decree(input: $0, after: node.pass)
      }
      if rules.contains(where: { $0 != nil }) { decrees[node.serial] = rules }
    }
  }

  /// Whether a node has a backward rule that is not the derivative, on purpose.
  func isDecreed(_ node: Node) -> Bool { decrees[node.serial] != nil }

  /// The nodes that depend on a leaf, first made first.
  func dependents(of leaf: Leaf) -> [Node] {
    var isReached = [Bool](repeating: false, count: order.count)
    return order.indices.filter { place in
      isReached[place] =
        sources[place].contains { isReached[$0] }
        || order[place].inputs.contains { $0.leaf == leaf }
      return isReached[place]
    }.map { order[$0] }
  }

  /// The computation with one element moved.
  ///
  /// - Parameters:
  ///   - move: which element, and how far.
  ///   - nodes: those that depend on the leaf.
  ///   - byDecree: whether nodes with a rule of their own pass the move on as their gradients come
  ///     back: times the same factors.
  /// - Returns: the values and branches of these nodes.
  /// - Throws: `Cancelled`, `ShapeError` where memory does not suffice.
  func run(_ move: Move, through nodes: [Node], byDecree: Bool) throws -> Run {
    var run = Run()
    for node in nodes {
      try Cancellation.check()
      guard let start = starts[node.serial] else { continue }
      var inputs = start.inputs
      for (index, input) in node.inputs.enumerated() {
        switch input.source {
        case .constant: break
        case .leaf(let leaf):
          guard leaf == move.leaf else { break }
          inputs[index] = try inputs[index].map { $0 }
          inputs[index].elements[move.element] += move.distance
        case .node(let source):
          if let moved = run.values[source.serial] { inputs[index] = moved }
        }
      }
      let rules = byDecree ? decrees[node.serial] : nil
      run.values[node.serial] =
        try rules.map { try result(of: node, from: start, inputs, by: $0) }
        ?? result(of: node, from: start, inputs)
      let branches = try node.operation.branches(inputs)
      if !branches.isEmpty { run.branches[node.serial] = branches }
    }
    return run
  }

  /// A node's result for inputs that have moved.
  private func result(
    of node: Node, from start: Start, _ inputs: [DoubleTensor]
  ) throws -> DoubleTensor {
    let result = try node.operation.reference(inputs)
    return try DoubleTensor(shape: result.shape) {
      result.elements[$0] + start.rounding.elements[$0]
    }
  }

  /// The same by decree: inputs with a rule move the result by their own move times the factors, the
  /// others by what the reference makes of theirs.
  private func result(
    of node: Node, from start: Start, _ inputs: [DoubleTensor], by rules: [GradientFactors?]
  ) throws -> DoubleTensor {
    var held = inputs
    for (index, rule) in rules.enumerated() where rule != nil { held[index] = start.inputs[index] }
    // Nothing else moves it where every input has a rule.
    let recorded = rules.allSatisfy { $0 != nil } ? base.values[node.serial] : nil
    var result = try recorded ?? self.result(of: node, from: start, held)
    for (index, rule) in rules.enumerated() {
      guard let rule else { continue }
      let (moved, first) = (inputs[index].elements, start.inputs[index].elements)
      result = try DoubleTensor(shape: result.shape) {
        result.elements[$0] + Double(rule.factor(of: $0)) * (moved[$0] - first[$0])
      }
    }
    return result
  }
}
