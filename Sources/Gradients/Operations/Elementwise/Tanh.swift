import Kernels
import Tensors

/// The hyperbolic tangent: `torch.tanh`.
///
/// The gradient is upstream · (1 − y²) with the result y; it is 0 where y has reached −1 or 1.
public struct Tanh: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "TanhBackward0" }

  public func value<N: Number>(_ x: N) -> N { .tanh(x) }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { upstream * (1 - y * y) }

  // The rounding of 1 − y² is in proportion to both terms, however near they are.
  public func magnitude(_ upstream: Float, x: Float, y: Float) -> Float { upstream * (1 + y * y) }

  public func block(x: Float, y: Float) -> GradientBlock? { .saturated }

  // The same in several threads.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].computed(Elementwise.tanh)
  }
}
