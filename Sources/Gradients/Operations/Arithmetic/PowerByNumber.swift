import Kernels
import Tensors

/// A power of a tensor by a number: `x ** 2`.
public struct PowerByNumber: ElementwiseOperation {
  /// The exponent.
  public let exponent: Double
  /// Whether it is True or False, which PyTorch does not take for 1 or 0 in the gradient.
  public let isTruth: Bool

  /// Makes the operation.
  public init(_ exponent: Double, isTruth: Bool = false) {
    (self.exponent, self.isTruth) = (exponent, isTruth)
  }

  public var gradientName: String { "PowBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value<N: Number>(_ x: N) -> N { x.raised(toNumber: N(exponent)) }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float {
    if isLeftOut { return 0 }
    return upstream * (Float(exponent) * x.raised(toNumber: slopeExponent))
  }

  /// Whether nothing comes back, not even 0 · ∞.
  private var isLeftOut: Bool { exponent == 0 && !isTruth }

  /// In PyTorch 1 is taken from the number as it is, not from what float32 makes of it.
  private var slopeExponent: Float { Float(exponent - 1) }

  // The kernels compute the same, eight elements at a time.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    if let way = ShortWay(rawValue: Float(exponent)) { return try way.powers(of: inputs[0]) }
    return try inputs[0].powers(by: Float(exponent))
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    // Only the slope of another power than those with short ways is worth a kernel.
    guard !isLeftOut, ShortWay(rawValue: slopeExponent) == nil else {
      return [try combinedGradient(upstream, after: pass)]
    }
    let factor = Float(exponent)
    return [try upstream.zip(pass.inputs[0].powers(by: slopeExponent)) { $0 * (factor * $1) }]
  }
}

/// The exponents whose powers PyTorch finds in a shorter way.
private enum ShortWay: Float {
  case zero = 0
  case one = 1
  case two = 2
  case three = 3
  case half = 0.5
  case minusHalf = -0.5
  case minusOne = -1
  case minusTwo = -2

  func power<N: Number>(of base: N) -> N {
    switch self {
    case .zero: 1
    case .one: base
    case .two: base * base
    case .three: base * base * base
    case .half: base.squareRoot()
    case .minusHalf: 1 / base.squareRoot()
    case .minusOne: 1 / base
    case .minusTwo: 1 / (base * base)
    }
  }

  func powers(of base: Tensor) throws -> Tensor {
    switch self {
    case .one: base
    case .two: try Multiply().forward([base, base])
    case .half: try SquareRoot().forward([base])
    case .minusOne: try Reciprocal().forward([base])
    default: try base.map { power(of: $0) }
    }
  }
}

extension Number {
  /// A power by a number, some of which PyTorch takes shorter ways to.
  func raised(toNumber exponent: Self) -> Self {
    ShortWay(rawValue: Float(exponent))?.power(of: self) ?? .pow(self, exponent)
  }
}
