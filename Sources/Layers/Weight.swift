import Gradients
import Pruning
import Running
import Tensors

/// A weight and what stands between its parameter and the layer: PyTorch's ordinary pruning, then a
/// mask in a unit.
public struct Weight {
  /// The trainable values; once pruned PyTorch's `weight_orig`.
  public var parameter: Parameter
  /// The mask of ordinary pruning, of single elements: PyTorch's `weight_mask`.
  public private(set) var pruning: Mask?
  /// Once pruned the masked product as last computed: PyTorch's `weight`.
  private var product: Variable?
  /// The mask within the unit, if there is one.
  public var mask: Mask?
  /// The rule by which the mask works.
  public var unit: any MaskUnit = DynamicPruning()

  /// Makes a dense weight.
  init(_ tensor: Tensor) { parameter = Parameter(tensor) }

  /// Its shape.
  public var shape: Shape { parameter.tensor.shape }

  /// Whether ordinary pruning has been applied.
  public var isPruned: Bool { pruning != nil }

  /// What PyTorch calls `layer.weight`: the parameter, or once pruned the product as computed by
  /// the pruning or by the last forward pass.
  public var variable: Variable { product ?? parameter.variable }

  /// The weight that the layer sees, after the unit where there is a mask.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func used() throws -> Variable {
    guard let mask else { return variable }
    return try masked(variable, by: mask)
  }

  /// A value of the layer after the unit.
  func masked(_ value: Variable, by mask: Mask) throws -> Variable {
    try Variable(try unit.operation(mask), [value])
  }

  /// The L1 norm of each filter: `weight.abs().sum(dim=(1, 2, 3))`, part of the graph.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  public func filterNorms() throws -> Variable { try NormScore.l1.norms(of: variable, in: filters) }

  /// Applies one of PyTorch's pruning functions, after what it was pruned with before.
  ///
  /// - Throws: `PruningError` where fewer are left than are to go; `ShapeError`, `OutOfMemory`,
  ///   `Cancelled`.
  public mutating func prune(_ call: PruningCall, generator: inout Generator) throws {
    try prune(
      mask: try call.mask(of: variable.tensor, after: pruning, generator: &generator))
  }

  /// Applies PyTorch's `identity(layer, "weight")`: pruning that removes nothing.
  ///
  /// - Throws: `ShapeError` where memory cannot hold mask and product, `Cancelled`.
  public mutating func pruneNothing() throws {
    if pruning != nil { return try refreshProduct() }
    try prune(mask: Mask(try Tensor(repeating: 1, shape: shape), of: .elements(of: shape)))
  }

  /// Applies ordinary pruning with a mask, instead of an earlier one.
  ///
  /// - Throws: `ShapeError` where memory cannot hold the product, `Cancelled`.
  public mutating func prune(mask: Mask) throws {
    pruning = try mask.elementwise()
    try refreshProduct()
  }

  /// Applies PyTorch's `custom_from_mask(layer, "weight", mask)`: what an earlier pruning removed
  /// stays removed.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  public mutating func prune(custom mask: Mask) throws {
    try prune(mask: try pruning.map { try mask.intersection($0) } ?? mask)
  }

  /// Makes ordinary pruning permanent: `torch.nn.utils.prune.remove(layer, "weight")`.
  ///
  /// The weight is a plain parameter again, the same one, with the masked values. Does nothing
  /// where it is not pruned.
  ///
  /// - Throws: `ShapeError` where memory cannot hold the product, `Cancelled`.
  public mutating func removePruning() throws {
    try refreshProduct()
    guard let product else { return }
    parameter.tensor = product.tensor
    (self.product, pruning) = (nil, nil)
  }

  /// Computes the product anew, as PyTorch does before each forward pass.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  mutating func refreshProduct() throws {
    guard let pruning else { return }
    product = try Variable(
      try BlockedGradient().operation(pruning), [parameter.variable])
  }

  /// What takes part: mask and pruning together; nil with neither.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  public func takingPart() throws -> Mask? {
    guard let mask, let pruning else { return self.mask ?? self.pruning }
    return try mask.intersection(pruning)
  }

  /// Whole filters, whatever the mask keeps or removes as one.
  public var filters: Partition { .filters(of: shape) }

  /// How many filters there are.
  public var filterCount: Int { shape[0] }

  /// For each filter whether anything of it takes part; nil with neither mask nor pruning.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  public func filtersTakingPart() throws -> [Bool]? { try takingPart()?.kept(of: filters) }

  /// For each filter whether anything of it takes part; all do with neither mask nor pruning.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  public func filtersOrAll() throws -> [Bool] {
    try filtersTakingPart() ?? Memory.array(mapping: filterCount) { _ in true }
  }

  /// How many filters ordinary pruning has left.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func filtersLeft() throws -> Int { try left(of: filters) }

  /// Of how many groups ordinary pruning has left anything.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func left(of partition: Partition) throws -> Int {
    try pruning?.keptCount(of: partition) ?? partition.count
  }

  /// The same with a parameter of its own.
  ///
  /// - Throws: `ShapeError` where memory cannot hold the product, `Cancelled`.
  func copy() throws -> Weight {
    var copy = self
    copy.parameter = Parameter(parameter.tensor)
    try copy.refreshProduct()
    return copy
  }

  /// Takes mask and pruning away; the parameter stays.
  mutating func makeDense() { (mask, pruning, product) = (nil, nil, nil) }
}
