import Tensors

/// The product with a mask that also masks the gradient: `weight * mask`, ordinary pruning.
public struct Product: FactorOperation {
  /// Zeros and ones, of the input's shape.
  public let mask: Tensor

  /// Makes the operation.
  public init(mask: Tensor) { self.mask = mask }

  public var gradientName: String { "MulBackward0" }
  public var isMask: Bool { true }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].zip(mask, *) }

  public func factors(after pass: ForwardPass) -> GradientFactors { .each(mask) }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try DoubleTensor(shape: inputs[0].shape) {
      inputs[0].elements[$0] * Double(mask.elements[$0])
    }
  }
}
