import Kernels
import Tensors

/// A recorded computation, run again in double by each operation's plain reference.
struct DoubleGraph {
  /// One element moved away from its recorded value.
  struct Move {
    let leaf: Leaf
    let element: Int
    let distance: Double
  }

  /// What a run gives.
  struct Run {
    /// The values by step.
    var values: [UInt64: DoubleTensor] = [:]
    /// The branches that operations took, by step.
    var branches: [UInt64: [Int]] = [:]
  }

  /// The value that was differentiated.
  let output: Variable
  /// The steps, first made first.
  let order: [Node]
  /// The leaves, in the order of their first use.
  let leaves: [(leaf: Leaf, tensor: Tensor)]
  /// The run with nothing moved.
  private(set) var base = Run()
  /// For each leaf the steps that depend on it, first made first.
  private let dependents: [Leaf: [Node]]

  /// Runs the computation once.
  ///
  /// - Throws: `Cancelled`.
  init(of output: Variable) throws {
    self.output = output
    order = Backward.order(of: output).reversed()
    var leaves: [(leaf: Leaf, tensor: Tensor)] = []
    var reached: [UInt64: Set<Leaf>] = [:]
    var dependents: [Leaf: [Node]] = [:]
    for node in order {
      for input in node.inputs {
        switch input.source {
        case .constant: break
        case .leaf(let leaf):
          if !leaves.contains(where: { $0.leaf == leaf }) { leaves.append((leaf, input.tensor)) }
          reached[node.serial, default: []].insert(leaf)
        case .node(let source):
          reached[node.serial, default: []].formUnion(reached[source.serial] ?? [])
        }
      }
      for leaf in reached[node.serial] ?? [] { dependents[leaf, default: []].append(node) }
    }
    self.leaves = leaves
    self.dependents = dependents
    base = try run(order, move: nil, straightThrough: false)
  }

  /// The computation with one element moved.
  ///
  /// - Parameters:
  ///   - move: which element, and how far.
  ///   - straightThrough: whether steps that pass their gradient straight through also pass the
  ///     move on as if they were not there.
  /// - Returns: the values and branches of the steps that depend on the element.
  /// - Throws: `Cancelled`.
  func run(_ move: Move, straightThrough: Bool) throws -> Run {
    try run(dependents[move.leaf] ?? [], move: move, straightThrough: straightThrough)
  }

  private func run(_ nodes: [Node], move: Move?, straightThrough: Bool) throws -> Run {
    var run = Run()
    for node in nodes {
      try Cancellation.check()
      func value(_ variable: Variable, moved: Bool) throws -> DoubleTensor {
        switch variable.source {
        case .constant: return try DoubleTensor(variable.tensor)
        case .node(let source):
          return try (moved ? run.values[source.serial] : nil) ?? base.values[source.serial]
            ?? DoubleTensor(variable.tensor)
        case .leaf(let leaf):
          var tensor = try DoubleTensor(variable.tensor)
          if moved, let move, move.leaf == leaf { tensor.elements[move.element] += move.distance }
          return tensor
        }
      }
      let inputs = try node.inputs.map { try value($0, moved: true) }
      if straightThrough, node.operation.passesStraightThrough, let before = node.inputs.first,
        var result = base.values[node.serial]
      {
        let old = try value(before, moved: false)
        for index in result.elements.indices {
          result.elements[index] += inputs[0].elements[index] - old.elements[index]
        }
        run.values[node.serial] = result
      } else {
        run.values[node.serial] = try node.operation.reference(inputs)
      }
      let branches = try node.operation.branches(inputs)
      if !branches.isEmpty { run.branches[node.serial] = branches }
    }
    return run
  }

  /// Whether a step on a leaf's way passes its gradient straight through.
  func passesStraightThrough(_ leaf: Leaf) -> Bool {
    dependents[leaf]?.contains(where: \.operation.passesStraightThrough) ?? false
  }

  /// Whether the values recorded in float32 take other branches than the ones in double.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory does not suffice.
  var isSplitByRounding: Bool {
    get throws {
      try order.contains { node in
        guard let branches = base.branches[node.serial] else { return false }
        let inputs = try node.inputs.map { try DoubleTensor($0.tensor) }
        return try node.operation.branches(inputs) != branches
      }
    }
  }
}
