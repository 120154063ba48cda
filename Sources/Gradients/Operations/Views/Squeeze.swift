import Tensors

/// A batch of one without its first dimension: `x.squeeze(0)`.
public struct Squeeze: RearrangingOperation {
  /// Makes the operation; the input's first dimension is 1.
  public init() {}

  public var gradientName: String { "SqueezeBackward1" }

  public func plan(of input: Shape) -> ViewPlan { ViewPlan(whole: input).removing([0]) }
}
