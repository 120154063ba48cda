import Tensors

/// The product with a mask that also masks the gradient: `weight * mask`, ordinary pruning.
public struct Product: Operation {
  /// Zeros and ones, of the input's shape.
  public let mask: Tensor

  /// Makes the operation.
  public init(mask: Tensor) { self.mask = mask }

  public var gradientName: String { "MulBackward0" }

  public func forward(_ inputs: [Tensor]) -> Tensor { inputs[0].zip(mask, *) }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) -> [Tensor?] {
    [upstream.zip(mask, *)]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let factor = mask.elements[element]
    return [GradientTerm(output: element, factor: factor, block: factor == 0 ? .masked : nil)]
  }

  public func reference(_ inputs: [DoubleTensor]) -> DoubleTensor {
    DoubleTensor(
      zip(inputs[0].elements, mask.elements).map { $0 * Double($1) }, shape: inputs[0].shape)
  }
}
