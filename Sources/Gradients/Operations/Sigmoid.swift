import Kernels
import Tensors

/// The logistic function 1 / (1 + e⁻ˣ): `torch.sigmoid`.
///
/// The gradient is upstream · (1 − y) · y with the result y; it is 0 where y has reached 0 or 1.
public struct Sigmoid: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "SigmoidBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].computed { source, target, count in
      try Elementwise.sigmoid(source, to: target, count: count)
    }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    [try upstream.zip(output) { gradient, result in gradient * (1 - result) * result }]
  }

  /// The rounding of 1 − y and of y itself is in proportion to 1 and y, however small 1 − y is.
  public func gradientMagnitudes(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    [try upstream.zip(output, *)]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let result = output.elements[element]
    let factor = (1 - result) * result
    return [GradientTerm(output: element, factor: factor, block: factor == 0 ? .saturated : nil)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try inputs[0].map { 1 / (1 + ReferenceMath.exponential(-$0)) }
  }
}
