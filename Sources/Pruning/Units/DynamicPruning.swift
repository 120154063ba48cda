import Gradients
import Tensors

/// The paper's Dynamic Pruning Unit: the weight times the mask forward, the gradient straight
/// through backward (Hu et al., IEEE Access 2023).
public struct DynamicPruning: MaskUnit {
  public let name = "dpu"

  public let text = (forward: "x * mask", backward: "grad")

  /// Makes the unit.
  public init() {}

  public func operation(_ mask: Mask) -> any Operation { DynamicPruningUnit(mask: mask) }
}

/// `Conv2d_with_DPU`'s autograd function `DPU`: forward `x · mask`, backward `grad_output.clone()`.
///
/// Its reference is the ordinary product, so a numerical check disagrees exactly where the unit lets
/// a gradient through that the product would block.
public struct DynamicPruningUnit: UnitOperation {
  /// What takes part.
  public let mask: Mask

  /// Makes the operation.
  public init(mask: Mask) { self.mask = mask }

  public var unitName: String { DynamicPruning().name }
  public var gradientName: String { "DPUBackward" }
  public var keepsTensors: Bool { false }
  public var isMask: Bool { true }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try mask.applied(to: inputs[0]) }

  public func factors(after pass: ForwardPass) -> GradientFactors { .ones }

  public func decree(input: Int, after pass: ForwardPass) -> GradientFactors? {
    factors(after: pass)
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try DoubleTensor(shape: inputs[0].shape) {
      inputs[0].elements[$0] * Double(mask.tensor.elements[mask.partition.group(of: $0)])
    }
  }
}
