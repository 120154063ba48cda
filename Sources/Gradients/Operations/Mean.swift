import Tensors

/// The mean of all elements: `x.mean()`.
public struct Mean: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "MeanBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) -> Tensor {
    Tensor(scalar: Sum().forward(inputs).elements[0] / Float(inputs[0].count))
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) -> [Tensor?] {
    let share = upstream.elements[0] / Float(inputs[0].count)
    return [Tensor(repeating: share, shape: inputs[0].shape)]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    [GradientTerm(output: 0, factor: 1 / Float(inputs[0].count))]
  }

  public func reference(_ inputs: [DoubleTensor]) -> DoubleTensor {
    DoubleTensor(
      [inputs[0].elements.reduce(0, +) / Double(inputs[0].elements.count)], shape: [])
  }
}
