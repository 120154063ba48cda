import Tensors

/// The same values as a batch of one: `x.unsqueeze(0)`.
public struct Unsqueeze: RearrangingOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "UnsqueezeBackward0" }

  public func plan(of input: Shape) -> ViewPlan { ViewPlan(whole: input).inserting(0) }
}
