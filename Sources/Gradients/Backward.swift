import Tensors

/// Why a gradient cannot be computed.
public enum BackwardError: Error, Equatable {
  /// No leaf with a gradient leads to the value.
  case needsNoGradient
  /// A step of the graph was used up by an earlier backward.
  case usedUp(gradientName: String)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .needsNoGradient:
      "this value does not require grad and does not have a grad_fn"
    case .usedUp:
      "trying to backward through the graph a second time"
    }
  }
}

/// The gradients that one backward pass found.
public struct GradientMap {
  /// For each leaf that was reached its gradient, of the leaf's shape.
  public let leaves: [Leaf: Tensor]
  /// For each step that was reached the gradient of its output, by serial.
  public let nodes: [UInt64: Tensor]
  /// The steps that were reached, last made first.
  public let order: [Node]
}

/// Runs a recorded computation backwards: `torch.autograd.backward`.
public enum Backward {
  /// Every step that `variable` depends on, last made first.
  ///
  /// That is the order in which PyTorch's engine visits them, and so the order in which it adds up
  /// the gradients of a value that was used more than once.
  public static func order(of variable: Variable) -> [Node] {
    var found: [UInt64: Node] = [:]
    var waiting = [variable]
    while let next = waiting.popLast() {
      guard let node = next.node, found[node.serial] == nil else { continue }
      found[node.serial] = node
      waiting.append(contentsOf: node.inputs)
    }
    return found.values.sorted { $0.serial > $1.serial }
  }

  /// The gradients of `variable`, seeded with `upstream`, by leaf and by step.
  ///
  /// - Parameters:
  ///   - variable: what is differentiated.
  ///   - upstream: the gradient it is given, of its shape; ones stand for `variable.sum()`.
  ///   - isUsedUp: whether an earlier backward has used up what a step kept.
  /// - Returns: what was found.
  /// - Throws: ``BackwardError``, `Cancelled`; no gradient has changed then.
  public static func gradients(
    of variable: Variable, upstream: Tensor, isUsedUp: (Node) -> Bool = { _ in false }
  ) throws -> GradientMap {
    precondition(upstream.shape == variable.tensor.shape)
    guard variable.requiresGradient else { throw BackwardError.needsNoGradient }
    var leaves: [Leaf: Tensor] = [:]
    var nodes: [UInt64: Tensor] = [:]
    func add(_ gradient: Tensor, to variable: Variable) {
      switch variable.source {
      case .constant: break
      case .leaf(let leaf):
        leaves[leaf] = leaves[leaf].map { $0.zip(gradient, +) } ?? gradient
      case .node(let node):
        nodes[node.serial] = nodes[node.serial].map { $0.zip(gradient, +) } ?? gradient
      }
    }
    let order = order(of: variable)
    for node in order where node.operation.keepsTensors && isUsedUp(node) {
      throw BackwardError.usedUp(gradientName: node.operation.gradientName)
    }
    add(upstream, to: variable)
    for node in order {
      guard let upstream = nodes[node.serial] else { continue }
      let gradients = try node.operation.gradients(
        upstream: upstream, inputs: node.inputs.map(\.tensor), output: node.output,
        wanted: node.inputs.map(\.requiresGradient))
      for (input, gradient) in zip(node.inputs, gradients) {
        if let gradient { add(gradient, to: input) }
      }
    }
    return GradientMap(leaves: leaves, nodes: nodes, order: order)
  }
}
