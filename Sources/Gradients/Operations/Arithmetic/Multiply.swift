/// The product of two tensors, element by element, broadcast against each other: `x * y`.
public struct Multiply: BroadcastOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "MulBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { pass.wanted[1 - input] }

  public func value<N: Number>(_ a: N, _ b: N) -> N { a * b }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float { upstream * (side == .first ? b : a) }
}
