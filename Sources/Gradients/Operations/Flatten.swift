import Tensors

/// The same values with every dimension but the first in one: `torch.flatten(x, 1)`, a view.
public struct Flatten: Operation {
  /// Makes the operation; the input has at least two dimensions.
  public init() {}

  // PyTorch 1.13 calls it ReshapeAliasBackward0, 2.x ViewBackward0.
  public var gradientName: String { "ViewBackward0" }
  public var keepsTensors: Bool { false }

  /// The shape of the result.
  public func outputShape(_ input: Shape) -> Shape { [input[0], input.droppingFirst.count] }

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
}
