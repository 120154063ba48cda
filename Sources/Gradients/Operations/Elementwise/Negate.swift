/// Each element with the other sign: `-x`.
public struct Negate: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "NegBackward0" }
  public var keepsTensors: Bool { false }

  public func value<N: Number>(_ x: N) -> N { -x }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { -upstream }
}
