/// A function that jumps and is flat in between: `x.sign()`, `x.round()`, `x.floor()`, `x.ceil()`.
///
/// Its gradient is 0 everywhere.
public struct StepFunction: ElementwiseOperation {
  /// Which one.
  public enum Kind: Sendable {
    /// −1, 0 or 1; 0 of NaN.
    case sign
    /// The nearest whole number, of two the even one.
    case round
    /// The nearest number with so many digits after the point; negative ones stand before it.
    case roundToDecimals(Int)
    /// The whole number below.
    case floor
    /// The whole number above.
    case ceiling
  }

  private let kind: Kind

  /// Makes the operation.
  public init(_ kind: Kind) { self.kind = kind }

  public var gradientName: String {
    switch kind {
    case .sign: "SignBackward0"
    case .round: "RoundBackward0"
    case .roundToDecimals: "RoundBackward1"
    case .floor: "FloorBackward0"
    case .ceiling: "CeilBackward0"
    }
  }
  public var keepsTensors: Bool { false }

  public func value<N: Number>(_ x: N) -> N {
    switch kind {
    case .sign: x > 0 ? 1 : x < 0 ? -1 : 0
    case .round: x.rounded(.toNearestOrEven)
    case .roundToDecimals(let digits):
      // Multiplied, or divided, by a power of ten that has been rounded itself, as PyTorch does.
      digits < 0
        ? (x / N.tens(-digits)).rounded(.toNearestOrEven) * N.tens(-digits)
        : (x * N.tens(digits)).rounded(.toNearestOrEven) / N.tens(digits)
    case .floor: x.rounded(.down)
    case .ceiling: x.rounded(.up)
    }
  }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { 0 }

  public func block(x: Float, y: Float) -> GradientBlock? { .flat }
}

extension Number {
  /// A power of ten, infinite where it is too large.
  fileprivate static func tens(_ exponent: Int) -> Self {
    exponent > 400 ? .infinity : .pow(10, Self(exponent))
  }
}
