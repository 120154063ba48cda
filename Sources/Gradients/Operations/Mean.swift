import Tensors

/// The mean of all elements: `x.mean()`.
public struct Mean: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "MeanBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    Tensor(scalar: try Sum().forward(inputs).elements[0] / Float(inputs[0].count))
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let share = upstream.elements[0] / Float(pass.inputs[0].count)
    return [try Tensor(repeating: share, shape: pass.inputs[0].shape)]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    [GradientTerm(output: 0, factor: 1 / Float(pass.inputs[0].count))]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    DoubleTensor([try inputs[0].sum() / Double(inputs[0].elements.count)], shape: [])
  }
}
