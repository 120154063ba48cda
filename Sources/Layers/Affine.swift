import Gradients
import Pruning
import Tensors

/// Weight, bias and constant: what a convolution and a linear layer share, and what takes masks.
public struct Affine {
  static let weightName = "weight"
  static let biasName = "bias"
  private static let prunedWeightName = "weight_orig"

  /// The weight `[OUT, …]`.
  public var weight: Weight {
    // PyTorch registers a pruned weight anew, after the bias, and leaves it there for good.
    didSet { if weight.isPruned { isWeightLast = true } }
  }
  /// The bias `[OUT]`, if there is one.
  public var bias: Parameter?
  /// What is added to the result; nil adds nothing.
  ///
  /// It belongs with the mask: without it a masked filter's output is exactly 0, where ReLU lets no
  /// gradient through.
  public var epsilon: Double?
  private var isWeightLast = false

  /// Makes a dense one with PyTorch's initial values, drawn weight first.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  init(_ shape: Shape, hasBias: Bool, epsilon: Double?, generator: inout Generator) throws {
    weight = Weight(try generator.layerWeight(shape))
    if hasBias { bias = Parameter(try generator.layerBias(weight: shape)) }
    self.epsilon = epsilon
  }

  /// Makes a dense one of values that are there.
  init(weight: Tensor, bias: Tensor?, epsilon: Double?) {
    self.weight = Weight(weight)
    self.bias = bias.map { Parameter($0) }
    self.epsilon = epsilon
  }

  /// The trainable tensors in PyTorch's order.
  var parameters: [(name: String, parameter: Parameter)] {
    let weight = [
      (weight.isPruned ? Self.prunedWeightName : Self.weightName, self.weight.parameter)
    ]
    let bias = bias.map { [(Self.biasName, $0)] } ?? []
    return isWeightLast ? bias + weight : weight + bias
  }

  /// What can be read of it.
  var attributes: [Attribute] {
    let weight = weight
    let isMasked = weight.mask != nil || weight.isPruned
    func whenPruned(_ name: String, _ role: Attribute.Role, _ tensor: Variable?) -> Attribute {
      Attribute(name, role, missing: weight.isPruned ? nil : .notPruned(name)) {
        tensor.map { .tensor($0) } ?? .nothing
      }
    }
    return [
      Attribute(Self.weightName, weight.isPruned ? .derived : .parameter) {
        .tensor(weight.variable)
      },
      whenPruned(Self.prunedWeightName, .parameter, weight.parameter.variable),
      Attribute(Self.biasName, .parameter) { bias.map { .tensor($0.variable) } ?? .nothing },
      Attribute("mask", .setting, missing: weight.missingMask) {
        weight.mask.map { .tensor(Variable($0.tensor)) } ?? .nothing
      },
      Attribute("scores", .derived) { .tensor(try weight.filterNorms()) },
      Attribute("pruned", .derived, missing: isMasked ? nil : .noMask) {
        .tensor(try weight.used())
      },
      whenPruned("weight_mask", .buffer, weight.pruning.map { Variable($0.tensor) }),
      Attribute("epsilon", .setting) { epsilon.map { .number($0) } ?? .nothing },
    ]
  }

  mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows {
    weight.parameter.tensor = try update(weight.parameter)
    if let old = bias { bias?.tensor = try update(old) }
  }

  /// What the layer computes with: an input, the weight as the layer uses it, and the bias, which
  /// the mask works on where it is one of filters.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  mutating func operands(_ input: Variable) throws -> [Variable] {
    try weight.refreshProduct()
    let usedWeight = try weight.used()
    guard let bias = try usedBias() else { return [input, usedWeight] }
    return [input, usedWeight, bias]
  }

  private func usedBias() throws -> Variable? {
    guard let bias else { return nil }
    return try weight.mask?.ofBias.map { try weight.masked(bias.variable, by: $0) } ?? bias.variable
  }

  /// The values of weight and bias as the layer uses them.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  public func valuesInUse() throws -> (weight: Tensor, bias: Tensor?) {
    var weight = weight
    try weight.refreshProduct()
    return (try weight.used().tensor, try usedBias()?.tensor)
  }

  /// An input with the values of weight and bias in use.
  func inUse(with input: Tensor) throws -> [Tensor] {
    let (weight, bias) = try valuesInUse()
    return [input, weight] + (bias.map { [$0] } ?? [])
  }

  /// The rounding of a result to which the constant was added last, where it was.
  func addingRounding(to sums: Tensor, of result: Tensor) throws -> Tensor {
    epsilon == nil ? sums : try sums.zip(result) { $0 + abs($1) * .unitRoundoff }
  }

  /// A result with the constant added to it.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func addingConstant(to result: Variable) throws -> Variable {
    guard let epsilon else { return result }
    return try Variable(AddConstant(Float(epsilon)), result)
  }

  /// The same values, mask, pruning and constant with parameters of its own, without gradients.
  ///
  /// - Throws: `ShapeError` where memory cannot hold a product, `Cancelled`.
  func copy() throws -> Affine {
    var copy = self
    copy.weight = try weight.copy()
    copy.bias = bias.map { Parameter($0.tensor) }
    return copy
  }

  /// Takes mask and pruning away; parameters and constant stay.
  public mutating func makeDense() { weight.makeDense() }
}

/// A layer that has weight, bias and constant, and whatever else makes its kind.
public protocol AffineLayer: Layer {
  /// Weight, bias and constant: what ``Layer/affine`` gives.
  var parts: Affine { get set }

  /// Σ|W|·d of a difference d in its input, nowhere below 0, for a weight of its own weight's shape.
  ///
  /// - Throws: `LayerError`, `ShapeError`, `Cancelled`.
  func passing(difference: Tensor, weight: Tensor) throws -> Tensor
}

extension AffineLayer {
  public var affine: Affine? {
    get { parts }
    set { if let newValue { parts = newValue } }
  }

  public var attributes: [Attribute] { parts.attributes }

  public var ownParameters: [(name: String, parameter: Parameter)] { parts.parameters }

  public mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows {
    try parts.updateParameters(update)
  }

  public func passing(difference: Tensor) throws -> Tensor {
    try passing(difference: difference, weight: try parts.valuesInUse().weight)
  }

  /// Weights below zero turn a difference around.
  public func passing(below: Tensor, above: Tensor) throws -> (below: Tensor, above: Tensor) {
    let weight = try parts.valuesInUse().weight
    let (rising, falling) = (try weight.map { max($0, 0) }, try weight.map { min($0, 0) })
    func sum(_ kept: Tensor, _ turned: Tensor) throws -> Tensor {
      try passing(difference: kept, weight: rising)
        .zip(try passing(difference: turned, weight: falling), +)
    }
    return (try sum(below, above), try sum(above, below))
  }

  public func copy() throws -> Self {
    var copy = self
    copy.parts = try parts.copy()
    return copy
  }
}

extension Layer {
  /// Makes masks and pruning permanent, here and within: what a layer computes with becomes its dense
  /// weight and bias. PyTorch's `prune.remove` does that for pruning.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  public mutating func makePermanent() throws {
    if let parts = affine {
      let (weight, bias) = try parts.valuesInUse()
      affine = Affine(weight: weight, bias: bias, epsilon: parts.epsilon)
    }
    try forEachChild { try $1.makePermanent() }
  }
}

extension Weight {
  /// Why there is no mask, where there is none.
  fileprivate var missingMask: AttributeError? {
    guard mask == nil else { return nil }
    return isPruned ? .maskOfPruning : .noMask
  }
}
