/// A power: `x ** y`.
public struct Power: BroadcastOperation {
  /// Which operand is a number and no tensor.
  public enum Form: Sendable {
    /// `x ** y`.
    case ofTensors
    /// `x ** 2`.
    case byNumber
    /// `2 ** x`.
    case ofNumber
  }

  private let form: Form

  /// Makes the operation.
  public init(_ form: Form = .ofTensors) { self.form = form }

  public var gradientName: String {
    switch form {
    case .ofTensors: "PowBackward1"
    case .byNumber: "PowBackward0"
    case .ofNumber: "PowBackward2"
    }
  }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value<N: Number>(_ a: N, _ b: N) -> N {
    form == .byNumber ? a.raised(toNumber: b) : .pow(a, b)
  }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float {
    switch side {
    case .first:
      if b == 0 { return 0 }
      return upstream * (b * (form == .byNumber ? a.raised(toNumber: b - 1) : .pow(a, b - 1)))
    case .second:
      if a == 0, b >= 0 { return upstream * 0 }
      return upstream * (y * .log(a))
    }
  }
}

extension Number {
  /// A power by a number, some of which PyTorch takes shorter ways to.
  func raised(toNumber exponent: Self) -> Self {
    switch exponent {
    case 0: 1
    case 1: self
    case 2: self * self
    case 3: self * self * self
    case 0.5: squareRoot()
    case -0.5: 1 / squareRoot()
    case -1: 1 / self
    case -2: 1 / (self * self)
    default: .pow(self, exponent)
    }
  }
}
