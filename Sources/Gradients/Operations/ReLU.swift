import Kernels
import Tensors

/// The rectifier max(x, 0): `torch.relu`.
///
/// Keeps -0 and NaN. The gradient passes where the result is above 0 (or NaN) and is 0 elsewhere:
/// also at exactly 0.
public struct ReLU: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "ReluBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].computed { source, target, count in
      try Elementwise.relu(source, to: target, count: count)
    }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    let gradient = try output.withPointer { result in
      try upstream.computed { source, target, count in
        try Elementwise.reluGradient(
          upstream: source, result: result, gradient: target, count: count)
      }
    }
    return [gradient]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let value = inputs[0].elements[element]
    if output.elements[element] <= 0 {
      return [GradientTerm(output: element, factor: 0, block: value < 0 ? .closed : .atZero)]
    }
    return [GradientTerm(output: element, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try inputs[0].map { $0 < 0 ? 0 : $0 }
  }

  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] { try inputs[0].sides() }
}
