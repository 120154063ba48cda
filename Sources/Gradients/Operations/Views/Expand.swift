import Tensors

/// A tensor repeated to a larger shape: `x.expand(shape)`.
public struct Expand: RearrangingOperation {
  /// The larger shape.
  public let shape: Shape

  /// Makes the operation; the caller has checked that the input can be broadcast to the shape.
  public init(_ shape: Shape) { self.shape = shape }

  public var gradientName: String { "ExpandBackward0" }

  public func addedDimensions(to input: Shape) -> Int { shape.rank - input.rank }

  public func plan(of input: Shape) -> ViewPlan { ViewPlan(whole: input).expanded(to: shape) }
}
