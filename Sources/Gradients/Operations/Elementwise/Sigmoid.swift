import Kernels
import Tensors

/// The logistic function 1 / (1 + e⁻ˣ): `torch.sigmoid`.
///
/// The gradient is upstream · (1 − y) · y with the result y; it is 0 where y has reached 0 or 1.
public struct Sigmoid: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "SigmoidBackward0" }

  public func value<N: Number>(_ x: N) -> N { 1 / (1 + .exp(-x)) }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { upstream * (1 - y) * y }

  // The rounding of 1 − y and of y itself is in proportion to 1 and y, however small 1 − y is.
  public func magnitude(_ upstream: Float, x: Float, y: Float) -> Float { upstream * y }

  public func block(x: Float, y: Float) -> GradientBlock? { .saturated }

  // PyTorch's bits, in several threads.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].computed(Elementwise.sigmoid)
  }
}
