import Tensors

/// The elements of a tensor that indices pick: `x[mask]`, `x[:, [0, 2]]`.
public struct IndexElements: RearrangingOperation {
  /// Which elements they are.
  public let plan: IndexPlan

  /// Makes the operation; the caller has checked that the plan stays within the input.
  public init(_ plan: IndexPlan) { self.plan = plan }

  public var gradientName: String { "IndexBackward0" }

  public func plan(of input: Shape) -> IndexPlan { plan }
}
