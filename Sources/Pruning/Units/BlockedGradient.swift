import Gradients

/// Ordinary pruning, `weight * mask`: the gradient of what the mask removes is zero.
public struct BlockedGradient: MaskUnit {
  public let name = "blocked"

  public let text = (forward: "x * mask", backward: "grad * mask")

  /// Makes the unit.
  public init() {}

  public func operation(_ mask: Mask) throws -> any Operation { Product(mask: try mask.spread()) }
}
