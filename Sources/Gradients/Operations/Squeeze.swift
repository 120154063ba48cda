import Tensors

/// A batch of one without its first dimension: `x.squeeze(0)`.
public struct Squeeze: Operation {
  /// Makes the operation; the input's first dimension is 1.
  public init() {}

  public var gradientName: String { "SqueezeBackward1" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].reshaped(inputs[0].shape.droppingFirst)
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) -> [Tensor?] {
    [upstream.reshaped(inputs[0].shape)]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    [GradientTerm(output: element, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    DoubleTensor(inputs[0].elements, shape: inputs[0].shape.droppingFirst)
  }
}
