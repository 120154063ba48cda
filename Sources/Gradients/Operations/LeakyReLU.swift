import Tensors

/// The leaky rectifier: x where x > 0, else slope · x (`torch.nn.functional.leaky_relu`).
///
/// Keeps −0 and NaN. The gradient is multiplied by the slope wherever x is not above 0, at 0 and at
/// NaN too.
public struct LeakyReLU: Operation {
  /// What values that are not above 0 are multiplied by.
  public let slope: Float

  /// Makes the operation.
  public init(slope: Float = 0.01) { self.slope = slope }

  public var gradientName: String { "LeakyReluBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].map { $0 > 0 ? $0 : $0 * slope }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    [try inputs[0].zip(upstream) { value, gradient in value > 0 ? gradient : gradient * slope }]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let value = inputs[0].elements[element]
    if value > 0 { return [GradientTerm(output: element, factor: 1)] }
    let block: GradientBlock? = slope == 0 ? (value < 0 ? .closed : .atZero) : nil
    return [GradientTerm(output: element, factor: slope, block: block)]
  }

  /// Which side of 0 each element is on.
  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] { try inputs[0].sides() }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try inputs[0].map { $0 > 0 ? $0 : $0 * Double(slope) }
  }
}
