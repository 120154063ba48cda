import Gradients

/// The rule that stands between a dense weight and the layer that uses it masked: what goes forward,
/// and what the gradient does on its way back.
public protocol MaskUnit: Sendable {
  /// Its name at the prompt.
  var name: String { get }

  /// The operation on a weight of the mask's shape.
  ///
  /// - Throws: `ShapeError` where memory cannot hold what it needs, `Cancelled`.
  func operation(_ mask: Mask) throws -> any Gradients.Operation
}

/// Every unit.
public enum MaskUnits {
  /// By name, the usual one first.
  public static let all: [any MaskUnit] = [DynamicPruning(), BlockedGradient()]
}
