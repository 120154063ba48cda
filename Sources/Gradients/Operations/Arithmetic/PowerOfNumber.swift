import Kernels
import Tensors

/// A number to the powers of a tensor: `2 ** x`.
public struct PowerOfNumber: ElementwiseOperation {
  /// The base.
  public let base: Double
  /// Whether it is True or False, which PyTorch does not take for 1 or 0 in the gradient.
  public let isTruth: Bool
  /// Its logarithm: of the number as it is, not of what float32 makes of it.
  private let logarithm: Float

  /// Makes the operation.
  public init(_ base: Double, isTruth: Bool = false) {
    (self.base, self.isTruth) = (base, isTruth)
    logarithm = Float(DoublePair.logarithm(base))
  }

  public var gradientName: String { "PowBackward2" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value<N: Number>(_ x: N) -> N { .pow(N(base), x) }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float {
    if base == 0, !isTruth, x >= 0 { return upstream * 0 }
    return upstream * (y * logarithm)
  }

  // The kernel computes the same, eight elements at a time.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].powers(of: Float(base))
  }
}
