/// The magnitude of every element: `x.abs()`; its gradient is the sign, 0 at 0.
public struct AbsoluteValue: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "AbsBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }
  public var kinks: [Double] { [0] }

  public func value<N: Number>(_ x: N) -> N { x.magnitude }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float {
    upstream * (x > 0 ? 1 : x < 0 ? -1 : 0)
  }
}
