import Kernels
import Tensors

/// e to the power of each element: `x.exp()`.
public struct Exponential: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "ExpBackward0" }

  public func value<N: Number>(_ x: N) -> N { .exp(x) }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { upstream * y }

  // The same in several threads.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].computed(Elementwise.exp)
  }
}
