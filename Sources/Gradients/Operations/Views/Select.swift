import Tensors

/// One slice of the first dimension: `x[index]`.
public struct Select: RearrangingOperation {
  /// Which slice, counted from 0.
  public let index: Int

  /// Makes the operation; the caller has checked the range.
  public init(_ index: Int) { self.index = index }

  public var gradientName: String { "SelectBackward0" }

  public func plan(of input: Shape) -> ViewPlan { ViewPlan(whole: input).selecting(index, of: 0) }
}
