import Kernels
import Tensors

/// The hyperbolic tangent: `torch.tanh`.
///
/// The gradient is upstream · (1 − y²) with the result y; it is 0 where y has reached −1 or 1.
public struct Tanh: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "TanhBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].computed { source, target, count in
      try Elementwise.tanh(source, to: target, count: count)
    }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    [try upstream.zip(output) { gradient, result in gradient * (1 - result * result) }]
  }

  /// The rounding of 1 − y² is in proportion to both terms, however near they are.
  public func gradientMagnitudes(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    [try upstream.zip(output) { gradient, result in gradient * (1 + result * result) }]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let result = output.elements[element]
    let factor = 1 - result * result
    return [GradientTerm(output: element, factor: factor, block: factor == 0 ? .saturated : nil)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try inputs[0].map(ReferenceMath.hyperbolicTangent)
  }
}
