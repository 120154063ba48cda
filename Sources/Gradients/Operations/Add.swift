import Tensors

/// The sum of two tensors of one shape: `x + y`.
public struct Add: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "AddBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].zip(inputs[1], +) }

  // The gradient of either is the one that came in, not a copy.
  public func gradients(_ upstream: Tensor, after pass: ForwardPass) -> [Tensor?] {
    pass.wanted.map { $0 ? upstream : nil }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    [GradientTerm(output: element, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try DoubleTensor(shape: inputs[0].shape) { inputs[0].elements[$0] + inputs[1].elements[$0] }
  }
}
