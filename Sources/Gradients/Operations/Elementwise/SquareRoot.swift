import Kernels
import Tensors

/// The square root: `x.sqrt()`; at 0 its gradient is infinite.
public struct SquareRoot: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "SqrtBackward0" }

  public func value<N: Number>(_ x: N) -> N { x.squareRoot() }

  // The kernel computes the same in several lanes and threads.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].computed(Elementwise.squareRoot)
  }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { upstream / (2 * y) }
}
