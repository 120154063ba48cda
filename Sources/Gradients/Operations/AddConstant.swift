import Tensors

/// Adds one number to every element: `x + constant`.
///
/// The constant is rounded to float32 first, as PyTorch does with a Python number.
public struct AddConstant: Operation {
  /// What is added.
  public let constant: Float

  /// Makes the operation.
  public init(_ constant: Float) { self.constant = constant }

  public var gradientName: String { "AddBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].map { $0 + constant }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) -> [Tensor?] {
    [upstream]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    [GradientTerm(output: element, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try inputs[0].map { $0 + Double(constant) }
  }
}
