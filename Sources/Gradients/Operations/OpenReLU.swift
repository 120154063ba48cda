import Tensors

/// The rectifier max(x, 0) with a gradient of 1 at exactly 0, where ``ReLU`` has 0.
///
/// PyTorch has none; it shows that a masked filter's gradient is lost to that choice alone.
public struct OpenReLU: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "OpenReluBackward" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].map { $0 < 0 ? 0 : $0 } }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    [try inputs[0].zip(upstream) { value, gradient in value < 0 ? 0 : gradient }]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    inputs[0].elements[element] < 0
      ? [GradientTerm(output: element, factor: 0, block: .closed)]
      : [GradientTerm(output: element, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try inputs[0].map { $0 < 0 ? 0 : $0 }
  }

  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] { try inputs[0].sides() }
}
