import Tensors

/// An operation whose result has its input's values under another shape: PyTorch's views.
///
/// It states its name and the result's shape; value, gradient, terms and reference follow.
public protocol ViewOperation: Operation {
  /// The shape of the result for an input of this shape.
  func outputShape(_ input: Shape) -> Shape
}

extension ViewOperation {
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) -> Tensor {
    inputs[0].reshaped(outputShape(inputs[0].shape))
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) -> [Tensor?] {
    [upstream.reshaped(pass.inputs[0].shape)]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    [GradientTerm(output: element, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    DoubleTensor(inputs[0].elements, shape: outputShape(inputs[0].shape))
  }
}
