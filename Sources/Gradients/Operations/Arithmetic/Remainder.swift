import Tensors

/// What a division rounded down leaves, with the divisor's sign: `x % y`.
public struct Remainder: BroadcastOperation {
  /// Which operand is a number and no tensor.
  public enum Form: Sendable {
    /// `x % y`.
    case ofTensors
    /// `x % 2`.
    case byNumber
    /// `2 % x`, of which PyTorch has no gradient.
    case ofNumber
  }

  private let form: Form

  /// Makes the operation.
  public init(_ form: Form = .ofTensors) { self.form = form }

  public var gradientName: String {
    switch form {
    case .ofTensors: "RemainderBackward1"
    case .byNumber: "RemainderBackward0"
    case .ofNumber: "NotImplemented"
    }
  }
  public var keepsTensors: Bool { form == .ofTensors }

  // Both, for the divisor's gradient.
  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool {
    form == .ofTensors && pass.wanted[1]
  }

  public func value<N: Number>(_ a: N, _ b: N) -> N { a.floorRemainder(b) }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float { side == .first ? upstream : -upstream * a.floorQuotient(b) }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    guard form != .ofNumber else { throw BackwardError.noDerivative("%") }
    return try collectedGradients(upstream, after: pass)
  }

  public func branch(_ a: Double, _ b: Double) -> Int { Int(clamping: a.floorQuotient(b)) }

  public var hasBranches: Bool { true }
}
