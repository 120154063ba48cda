/// The square root: `x.sqrt()`; at 0 its gradient is infinite.
public struct SquareRoot: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "SqrtBackward0" }

  public func value<N: Number>(_ x: N) -> N { x.squareRoot() }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { upstream / (2 * y) }
}
