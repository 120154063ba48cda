import Kernels
import Tensors

/// The natural logarithm: `x.log()`.
public struct Logarithm: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "LogBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value<N: Number>(_ x: N) -> N { .log(x) }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { upstream / x }

  // The same in several threads.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].computed(Elementwise.log)
  }
}
