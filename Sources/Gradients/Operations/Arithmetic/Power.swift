import Kernels
import Tensors

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

// The kernels compute the same, eight elements at a time.
extension Power {
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let (base, exponent) = (inputs[0], inputs[1])
    if form == .byNumber, let way = ShortWay(rawValue: exponent.elements[0]) {
      return try way.powers(of: base)
    }
    return try Self.powers(base, exponent)
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    // Only the slope of another power than those with short ways is worth a kernel.
    guard pass.wanted == [true, false], form == .byNumber else {
      return try collectedGradients(upstream, after: pass)
    }
    let exponent = pass.inputs[1].elements[0]
    guard exponent != 0, ShortWay(rawValue: exponent - 1) == nil else {
      return try collectedGradients(upstream, after: pass)
    }
    let powers = try Self.powers(pass.inputs[0], Tensor(scalar: exponent - 1))
    return [try upstream.zip(powers) { $0 * (exponent * $1) }, nil]
  }

  /// Powers that no number takes a short way to.
  private static func powers(_ base: Tensor, _ exponent: Tensor) throws -> Tensor {
    if exponent.shape.rank == 0 {
      let exponent = exponent.elements[0]
      return try base.computed { source, target, count in
        try Elementwise.pow(source, exponent, to: target, count: count)
      }
    }
    if base.shape.rank == 0 {
      let base = base.elements[0]
      return try exponent.computed { source, target, count in
        try Elementwise.pow(base, source, to: target, count: count)
      }
    }
    let shape = try Broadcast(fitting: base.shape, exponent.shape).shape
    let exponents = try exponent.spread(to: shape)
    return try base.spread(to: shape).computed { source, target, count in
      try exponents.withPointer {
        try Elementwise.pow(source, $0, to: target, count: count)
      }
    }
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
