import Kernels
import Tensors

/// The rectifier max(x, 0): `torch.relu`.
///
/// Keeps -0 and NaN. The gradient passes where the result is above 0 (or NaN) and is 0 elsewhere:
/// also at exactly 0.
public struct ReLU: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "ReluBackward0" }
  public var kinks: [Double] { [0] }

  public func value<N: Number>(_ x: N) -> N { x < 0 ? 0 : x }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { y <= 0 ? 0 : upstream }

  public func block(x: Float, y: Float) -> GradientBlock? { .rectified(x) }

  // The kernels compute the same in several threads.

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].computed(Elementwise.relu)
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let gradient = try pass.output.withPointer { result in
      try upstream.computed { source, target, count in
        try Elementwise.reluGradient(
          upstream: source, result: result, gradient: target, count: count)
      }
    }
    return [gradient]
  }
}
