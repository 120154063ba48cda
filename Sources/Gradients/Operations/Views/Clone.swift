import Tensors

/// A copy of a tensor: `x.clone()`.
public struct Clone: RearrangingOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "CloneBackward0" }

  public func plan(of input: Shape) -> ViewPlan { ViewPlan(whole: input) }
}
