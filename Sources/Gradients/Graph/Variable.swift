import Synchronization
import Tensors

/// A tensor whose gradient can be asked for: `requires_grad=True` in PyTorch.
public struct Leaf: Hashable, Sendable {
  private static let lastIdentity = Atomic<UInt64>(0)

  /// The identity of the next leaf that is made; it grows with each.
  public static var nextIdentity: UInt64 { lastIdentity.load(ordering: .relaxed) + 1 }

  /// What tells one leaf from another.
  public let identity: UInt64
  /// Whether it belongs to a layer (`torch.nn.Parameter`).
  public let isParameter: Bool

  /// Makes a new leaf, different from all others.
  public init(isParameter: Bool) {
    identity = Self.lastIdentity.wrappingAdd(1, ordering: .relaxed).newValue
    self.isParameter = isParameter
  }

  // The identity alone: a backward pass looks its leaves up.
  public static func == (first: Leaf, second: Leaf) -> Bool { first.identity == second.identity }

  public func hash(into hasher: inout Hasher) { hasher.combine(identity) }
}

/// What tells a plain value from another one that happens to be equal, where that matters: the
/// session's input.
public struct Identity: Hashable, Sendable {
  private static let lastNumber = Atomic<UInt64>(0)

  private let number: UInt64
  private var isDerived = false

  /// Makes a new identity, different from all others.
  public init() { number = Self.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue }

  /// That of what is computed from the value, which is another one.
  public var derived: Identity {
    var identity = self
    identity.isDerived = true
    return identity
  }
}

/// A tensor together with how it came to be: what PyTorch calls a tensor.
public struct Variable {
  /// Where a variable comes from.
  public enum Source {
    /// A plain value: no gradient flows to it.
    case constant(Identity? = nil)
    /// A tensor whose gradient is wanted.
    case leaf(Leaf)
    /// The result of an operation on something whose gradient is wanted.
    case node(Node)
  }

  /// The value.
  public let tensor: Tensor
  /// Where it comes from.
  public let source: Source
  /// PyTorch's strides, where the values do not lie there in row-major order: those of a transposed
  /// tensor. Here they do; some views are refused or named by them.
  public private(set) var strides: [Int]?

  /// Makes a variable.
  public init(_ tensor: Tensor, source: Source = .constant()) {
    self.tensor = tensor
    self.source = source
  }

  /// The same value with PyTorch's strides.
  public func strided(_ strides: [Int]?) -> Variable {
    var copy = self
    copy.strides = strides
    return copy
  }

  /// Computes with an operation, and records that where an input wants a gradient.
  ///
  /// - Throws: what the operation throws.
  public init(_ operation: some Operation, _ inputs: Variable...) throws {
    try self.init(operation, inputs)
  }

  /// Computes with an operation, and records that where an input wants a gradient.
  ///
  /// - Throws: what the operation throws.
  public init(_ operation: some Operation, _ inputs: [Variable]) throws {
    let tensors = inputs.map(\.tensor)
    let wanted = WantedInputs(inputs.count) { inputs[$0].requiresGradient }
    // What the gradient alone needs is not computed where nobody wants one.
    guard !wanted.isEmpty else {
      self.init(try operation.forward(tensors), source: Self.constant(from: inputs))
      return
    }
    let (output, saved) = try operation.forwardSaving(tensors)
    let pass = ForwardPass(inputs: tensors, output: output, wanted: wanted, saved: saved)
    self.init(output, source: .node(Node(operation: operation, inputs: inputs, pass: pass)))
  }

  /// A plain value that was computed from others.
  private static func constant(from inputs: [Variable]) -> Source {
    .constant(inputs.lazy.compactMap(\.identity).first?.derived)
  }

  /// Records what an operation has computed where an input wants a gradient.
  init<O: Operation>(
    _ output: Tensor, of operation: O, _ inputs: [Variable], tensors: [Tensor], saved: O.Saved
  ) {
    tensor = output
    let wanted = WantedInputs(inputs.count) { inputs[$0].requiresGradient }
    guard !wanted.isEmpty else {
      source = Self.constant(from: inputs)
      return
    }
    let pass = ForwardPass(inputs: tensors, output: output, wanted: wanted, saved: saved)
    source = .node(Node(operation: operation, inputs: inputs, pass: pass))
  }

  /// Whether a gradient flows to it.
  public var requiresGradient: Bool {
    if case .constant = source { false } else { true }
  }

  /// The node that made it, if one was recorded.
  public var node: Node? {
    if case .node(let node) = source { node } else { nil }
  }

  /// The leaf it is, if it is one.
  public var leaf: Leaf? {
    if case .leaf(let leaf) = source { leaf } else { nil }
  }

  /// What tells it from other plain values, if it is one that has an identity.
  public var identity: Identity? {
    if case .constant(let identity) = source { identity } else { nil }
  }

  /// What `print` writes behind the values.
  public var suffix: GradientSuffix {
    switch source {
    case .constant: .none
    case .leaf: .requiresGrad
    case .node(let node): .gradientFunction(node.operation.gradientName)
    }
  }

  /// The value alone (`detach()`).
  public var detached: Variable { Variable(tensor).strided(strides) }

  /// What `print` shows: `Parameter containing:` before a layer's parameter.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func text(options: PrintOptions = PrintOptions()) throws -> String {
    try printed(options: options).text
  }

  /// The same text, with the lines that each slice of the first dimension takes.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func printed(options: PrintOptions = PrintOptions()) throws -> PrintedTensor {
    let printed = try tensor.printed(options: options, suffix: suffix)
    return leaf?.isParameter == true ? printed.below("Parameter containing:") : printed
  }
}
