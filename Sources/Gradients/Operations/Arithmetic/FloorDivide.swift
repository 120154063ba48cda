import Tensors

/// The quotient rounded down: `x // y`. PyTorch has no gradient of it.
public struct FloorDivide: BroadcastOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "NotImplemented" }
  public var keepsTensors: Bool { false }

  public func value<N: Number>(_ a: N, _ b: N) -> N { a.floorQuotient(b) }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float { 0 }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    throw BackwardError.noDerivative("//")
  }

  public func branch(_ a: Double, _ b: Double) -> Int { Int(clamping: a.floorQuotient(b)) }

  public var hasBranches: Bool { true }
}

extension Number {
  /// The quotient rounded down, as PyTorch and Python round it: what is left of the dividend decides,
  /// so that `1 // 0.1` is 9.
  func floorQuotient(_ divisor: Self) -> Self {
    guard divisor != 0 else { return self / divisor }
    let rest = Self.rest(self, divisor)
    var quotient = (self - rest) / divisor
    if rest != 0, (divisor < 0) != (rest < 0) { quotient -= 1 }
    guard quotient != 0 else { return Self(signOf: self / divisor, magnitudeOf: 0) }
    let floor = quotient.rounded(.down)
    return quotient - floor > 0.5 ? floor + 1 : floor
  }

  /// What ``floorQuotient(_:)`` leaves: it has the sign of the divisor.
  func floorRemainder(_ divisor: Self) -> Self {
    let rest = Self.rest(self, divisor)
    return rest != 0 && (divisor < 0) != (rest < 0) ? rest + divisor : rest
  }
}

extension Int {
  /// The nearest whole number that there is; 0 for NaN.
  init(clamping value: Double) {
    self = value.isNaN ? 0 : Int(exactly: value.rounded(.down)) ?? (value < 0 ? .min : .max)
  }
}
