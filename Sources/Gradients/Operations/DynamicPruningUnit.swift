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

  public func forward(_ inputs: [Tensor]) -> Tensor {
    let length = inputs[0].shape.droppingFirst.count
    return Tensor(shape: inputs[0].shape) { target in
      inputs[0].withPointer { source in
        for (filter, factor) in mask.elements.enumerated() {
          for index in filter * length..<(filter + 1) * length {
            target[index] = source[index] * factor
          }
        }
      }
    }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) -> [Tensor?] {
    [upstream]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    [GradientTerm(output: element, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) -> DoubleTensor {
    let length = inputs[0].shape.droppingFirst.count
    var result = inputs[0]
    for index in result.elements.indices {
      result.elements[index] *= Double(mask.elements[index / length])
    }
    return result
  }
}
