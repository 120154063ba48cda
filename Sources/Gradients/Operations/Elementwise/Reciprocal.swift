/// One over each element: what PyTorch computes `2 / x` with.
public struct Reciprocal: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "ReciprocalBackward0" }

  public func value<N: Number>(_ x: N) -> N { 1 / x }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { -upstream * (y * y) }
}
