import Tensors

/// The Dynamic Pruning Unit: the product with a mask forward, the gradient straight through
/// backward.
///
/// `Conv2d_with_DPU`'s autograd function `DPU` (Hu et al., IEEE Access 2023): forward `x · mask`,
/// the mask of shape `[OUT]` spread over each filter; backward `grad_output.clone()`. Its reference
/// is the ordinary product, so a numerical check disagrees exactly where the unit lets a gradient
/// through that the product would block.
public struct DynamicPruningUnit: Operation {
  /// Zeros and ones, one for each filter.
  public let mask: Tensor

  /// Makes the operation.
  public init(mask: Tensor) { self.mask = mask }

  public var gradientName: String { "DPUBackward" }
  public var keepsTensors: Bool { false }
  public var passesStraightThrough: Bool { true }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try inputs[0].scalingRows(by: mask)
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
    let length = inputs[0].shape.droppingFirst.count
    return try DoubleTensor(shape: inputs[0].shape) {
      inputs[0].elements[$0] * Double(mask.elements[$0 / length])
    }
  }
}
