import Kernels
import Tensors

/// A power of one tensor by another: `x ** y`.
public struct Power: BroadcastOperation {
  /// Whether the exponents are of bool: PyTorch has no derivative then.
  public let isByTruths: Bool

  /// Makes the operation.
  public init(byTruths isByTruths: Bool = false) { self.isByTruths = isByTruths }

  public var gradientName: String { "PowBackward1" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value<N: Number>(_ a: N, _ b: N) -> N { .pow(a, b) }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float {
    switch side {
    case .first:
      if b == 0 { return 0 }
      return upstream * (b * .pow(a, b - 1))
    case .second:
      if a == 0, b >= 0 { return upstream * 0 }
      return upstream * (y * .log(a))
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    // PyTorch takes 1 from the exponents, and refuses to take it from bool.
    guard !isByTruths else {
      throw BackwardError.noDerivative("** by a tensor of bool, only of ** by its float()")
    }
    return try collectedGradients(upstream, after: pass)
  }

  // The kernels compute the same, eight elements at a time.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let (base, exponent) = (inputs[0], inputs[1])
    if exponent.shape.rank == 0 { return try base.powers(by: exponent.elements[0]) }
    if base.shape.rank == 0 { return try exponent.powers(of: base.elements[0]) }
    let shape = try Broadcast(fitting: base.shape, exponent.shape).shape
    let exponents = try exponent.spread(to: shape)
    return try base.spread(to: shape).computed { source, target, count in
      try exponents.withPointer {
        try Elementwise.pow(source, $0, to: target, count: count)
      }
    }
  }
}

extension Tensor {
  /// Each element to the power of one exponent.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func powers(by exponent: Float) throws -> Tensor {
    try computed { source, target, count in
      try Elementwise.pow(source, exponent, to: target, count: count)
    }
  }

  /// One base to the power of each element.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func powers(of base: Float) throws -> Tensor {
    try computed { source, target, count in
      try Elementwise.pow(base, source, to: target, count: count)
    }
  }
}
