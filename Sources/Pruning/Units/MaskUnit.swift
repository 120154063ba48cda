import Gradients

/// The rule that stands between a dense weight and the layer that uses it masked: what goes forward,
/// and what the gradient does on its way back.
public protocol MaskUnit: Sendable {
  /// Its name at the prompt.
  var name: String { get }

  /// Its rules as somebody would write them down.
  var text: (forward: String, backward: String) { get }

  /// The operation on a weight of the mask's shape.
  ///
  /// - Throws: `ShapeError` where memory cannot hold what it needs, `Cancelled`.
  func operation(_ mask: Mask) throws -> any Gradients.Operation
}

/// Every unit.
public enum MaskUnits {
  /// The paper's, which masks work by where none is named.
  public static let usual: any MaskUnit = DynamicPruning()

  /// PyTorch's ordinary pruning.
  public static let ordinary: any MaskUnit = BlockedGradient()

  /// By name, the usual one first.
  public static let all: [any MaskUnit] = [
    usual, ordinary, SparseRefinedGradient(),
  ]
}

/// What a unit whose backward rule is not the derivative makes of a weight.
public protocol UnitOperation: FactorOperation {
  /// The unit's name.
  var unitName: String { get }
}

extension Gradients.Operation {
  /// The unit whose rule it is, where that is not the derivative.
  public var decreeingUnit: String? { (self as? any UnitOperation)?.unitName }
}
