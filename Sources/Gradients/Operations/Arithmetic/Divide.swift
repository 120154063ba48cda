/// The quotient of two tensors that are broadcast against each other: `x / y`.
public struct Divide: BroadcastOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "DivBackward0" }

  // The divisor, and the dividend for the divisor's gradient.
  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool {
    input == 1 || pass.wanted[1]
  }

  public func value<N: Number>(_ a: N, _ b: N) -> N { a / b }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float { side == .first ? upstream / b : -upstream * ((a / b) / b) }
}
