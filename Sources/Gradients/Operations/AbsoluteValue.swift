import Tensors

/// The magnitude of every element: `x.abs()`; its gradient is the sign, 0 at 0.
public struct AbsoluteValue: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "AbsBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].map(\.magnitude) }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    [
      try upstream.zip(inputs[0]) { gradient, value in
        gradient * (value > 0 ? 1 : value < 0 ? -1 : 0)
      }
    ]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let value = inputs[0].elements[element]
    return [GradientTerm(output: element, factor: value > 0 ? 1 : value < 0 ? -1 : 0)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try inputs[0].map(\.magnitude)
  }

  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] { try inputs[0].sides() }
}
