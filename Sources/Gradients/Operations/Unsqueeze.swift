import Tensors

/// The same values as a batch of one: `x.unsqueeze(0)`.
public struct Unsqueeze: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "UnsqueezeBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].reshaped(outputShape(inputs[0].shape))
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
    DoubleTensor(inputs[0].elements, shape: outputShape(inputs[0].shape))
  }

  private func outputShape(_ input: Shape) -> Shape { Shape([1] + input.dimensions) }
}
