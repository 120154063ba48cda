import Tensors

/// Why a gradient cannot be computed.
public enum BackwardError: Error, Equatable {
  /// No leaf with a gradient leads to the value.
  case needsNoGradient
  /// A node of the graph was used up by an earlier backward.
  case usedUp
  /// PyTorch has no derivative of a step, named by what is typed.
  case noDerivative(String)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .needsNoGradient:
      "the value does not require grad and does not have a grad_fn"
    case .usedUp:
      "trying to backward through the graph a second time"
    case .noDerivative(let step):
      "PyTorch has no derivative of \(step)"
    }
  }
}

/// The gradients that one backward pass found.
public struct GradientMap {
  /// For each leaf that was reached its gradient, of the leaf's shape.
  public private(set) var leaves: [Leaf: Tensor] = [:]
  /// The nodes that were reached, last made first.
  public let order: [Node]
  /// The gradients of their outputs.
  fileprivate private(set) var arrived: [Arrived]

  /// What has arrived at a node so far.
  struct Arrived {
    /// The gradient of its output; nil where none arrived.
    private(set) var gradient: Tensor?
    /// Whether PyTorch holds it as one number for many elements.
    private(set) var isStretched = false

    /// Adds another one; what several steps lead to is added up element by element.
    ///
    /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold the sum.
    mutating func add(_ other: Tensor, isStretched: Bool) throws {
      self.isStretched = isStretched && gradient == nil
      gradient = try gradient?.zip(other, +) ?? other
    }
  }

  fileprivate init(order: [Node]) {
    self.order = order
    arrived = [Arrived](repeating: Arrived(), count: order.count)
  }

  /// Adds a gradient where it goes.
  ///
  /// - Parameters:
  ///   - gradient: the gradient.
  ///   - source: what it is the gradient of.
  ///   - isStretched: whether PyTorch holds it as one number for many elements.
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold a sum.
  fileprivate mutating func add(
    _ gradient: Tensor, to source: Variable.Source, isStretched: Bool = false
  ) throws {
    switch source {
    case .constant: break
    case .leaf(let leaf):
      if let sum = leaves.updateValue(gradient, forKey: leaf) {
        leaves[leaf] = try sum.zip(gradient, +)
      }
    case .node(let node):
      guard let place = Backward.place(of: node.serial, in: order) else { return }
      try arrived[place].add(gradient, isStretched: isStretched)
    }
  }

  /// The gradient of a node's output; nil where the node was not reached.
  public func gradient(of serial: UInt64) -> Tensor? {
    guard let place = Backward.place(of: serial, in: order) else { return nil }
    return arrived[place].gradient
  }
}

/// Runs a recorded computation backwards: `torch.autograd.backward`.
public enum Backward {
  /// Every node that `variable` depends on, last made first.
  ///
  /// That is the order in which PyTorch's engine visits them, and so the order in which it adds up
  /// the gradients of a value that was used more than once.
  public static func order(of variable: Variable) -> [Node] {
    // A node is made after what it depends on, so the last made of those waiting is always next,
    // and one that waits twice comes twice in a row.
    var order: [Node] = []
    order.reserveCapacity(8)
    var waiting: [Node] = []
    if let node = variable.node { waiting.append(node) }
    while let next = waiting.popLast() {
      guard order.last !== next else { continue }
      order.append(next)
      let inputs = next.inputs
      for place in inputs.indices {
        guard case .node(let node) = inputs[place].source else { continue }
        guard let last = waiting.last, last.serial > node.serial else {
          waiting.append(node)
          continue
        }
        var place = waiting.count - 1
        while place > 0, waiting[place - 1].serial > node.serial { place -= 1 }
        waiting.insert(node, at: place)
      }
    }
    return order
  }

  /// The gradients of `variable`, seeded with `upstream`, by leaf and by node.
  ///
  /// - Parameters:
  ///   - variable: what is differentiated.
  ///   - upstream: the gradient it is given, of its shape; ones stand for `variable.sum()`.
  ///   - isUsedUp: whether an earlier backward has used up what a node kept.
  /// - Returns: what was found.
  /// - Throws: ``BackwardError``, `Cancelled`, `ShapeError` where a gradient would not fit in memory;
  ///   no gradient has changed then.
  public static func gradients(
    of variable: Variable, upstream: Tensor, isUsedUp: (Node) -> Bool = { _ in false }
  ) throws -> GradientMap {
    try run(variable, upstream: upstream, isUsedUp: isUsedUp) { node, upstream, isStretched in
      try isStretched
        ? node.operation.gradients(stretched: upstream, after: node.pass)
        : node.operation.gradients(upstream, after: node.pass)
    }
  }

  /// Carries something backwards that each node passes on to its inputs: gradients, or their errors.
  ///
  /// - Parameters:
  ///   - variable: where it starts.
  ///   - upstream: what starts there, of its shape.
  ///   - isUsedUp: whether an earlier backward has used up what a node kept.
  ///   - gradients: what a node makes of what arrives, for each input that is wanted; it is told
  ///     whether PyTorch would hold what arrives as one number for many elements.
  /// - Returns: what arrived, by leaf and by node.
  /// - Throws: ``BackwardError``, and what `gradients` throws.
  static func run(
    _ variable: Variable, upstream: Tensor, isUsedUp: (Node) -> Bool = { _ in false },
    gradients: (Node, Tensor, _ isStretched: Bool) throws -> [Tensor?]
  ) throws -> GradientMap {
    precondition(upstream.shape == variable.tensor.shape)
    guard variable.requiresGradient else { throw BackwardError.needsNoGradient }
    let order = order(of: variable)
    for node in order where node.operation.keepsTensors && isUsedUp(node) {
      throw BackwardError.usedUp
    }
    var map = GradientMap(order: order)
    try map.add(upstream, to: variable.source)
    for place in order.indices {
      guard let upstream = map.arrived[place].gradient else { continue }
      let node = order[place]
      let isStretched =
        switch node.operation.gradientLayout {
        case .whole: false
        case .stretched: true
        case .asUpstream: map.arrived[place].isStretched
        }
      let found = try gradients(node, upstream, map.arrived[place].isStretched)
      for input in found.indices {
        guard let gradient = found[input] else { continue }
        try map.add(gradient, to: node.inputs[input].source, isStretched: isStretched)
      }
    }
    return map
  }

  /// Where a node stands among nodes that are ordered from the last made to the first.
  static func place(of serial: UInt64, in order: [Node]) -> Int? {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if order[middle].serial > serial { low = middle + 1 } else { high = middle }
    }
    return low < order.count && order[low].serial == serial ? low : nil
  }
}
