import Gradients
import Tensors

/// SR-STE: straight through, and what is masked is pulled towards 0. A. Zhou et al., "Learning N:M
/// Fine-grained Structured Sparse Neural Networks from Scratch" (2021).
public struct SparseRefinedGradient: MaskUnit {
  /// λ of the paper's code.
  public static let pull: Float = 2e-4

  public let name = "sr_ste"
  public let text = (forward: "x * mask", backward: "grad + 2e-4 * (1 - mask) * x")

  /// Makes the unit.
  public init() {}

  public func operation(_ mask: Mask) throws -> any Gradients.Operation {
    SparseRefinedUnit(mask: try mask.spread())
  }
}

/// The product with a mask whose gradient is grad + 2e-4 · (1 − mask) · x.
public struct SparseRefinedUnit: UnitOperation {
  /// Zeros and ones, of the input's shape.
  public let mask: Tensor

  public var unitName: String { SparseRefinedGradient().name }
  public var gradientName: String { "sr_steBackward" }
  public var isMask: Bool { true }
  public var addsToGradient: Bool { true }

  private func added(_ x: Float, _ mask: Float) -> Float {
    SparseRefinedGradient.pull * (1 - mask) * x
  }

  private func added(_ pass: ForwardPass) throws -> Tensor { try pass.inputs[0].zip(mask, added) }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0].zip(mask, *) }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    [try upstream.zip(added(pass), +)]
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] { [try upstream.zip(added(pass)) { $0 + $1.magnitude }] }

  public func factors(after pass: ForwardPass) -> GradientFactors { .ones }

  public func decree(input: Int, after pass: ForwardPass) -> GradientFactors? { .ones }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    [
      GradientTerm(
        output: element, factor: 1,
        adding: added(pass.inputs[0].elements[element], mask.elements[element]))
    ]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try DoubleTensor(shape: inputs[0].shape) {
      inputs[0].elements[$0] * Double(mask.elements[$0])
    }
  }
}
