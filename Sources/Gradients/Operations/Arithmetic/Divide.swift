/// The quotient of two tensors that are broadcast against each other: `x / y`.
public struct Divide: BroadcastOperation {
  /// Whether the divisor is a number that PyTorch keeps as one, as a loss does its count.
  private let byCount: Bool

  /// Makes the operation.
  public init(byCount: Bool = false) { self.byCount = byCount }

  public var gradientName: String { byCount ? "DivBackward1" : "DivBackward0" }
  public var keepsTensors: Bool { !byCount }

  // The divisor, and the dividend for the divisor's gradient.
  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool {
    !byCount && (input == 1 || pass.wanted[1])
  }

  public func value<N: Number>(_ a: N, _ b: N) -> N { a / b }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float { side == .first ? upstream / b : -upstream * ((a / b) / b) }
}
