import Gradients
import Tensors

/// `torch.nn.Flatten`: a row of features for each image.
public struct FlattenLayer: PlainLayer {
  public static let kind = "Flatten"
  public static let verb = "flatten"

  /// Makes the layer.
  public init() {}

  public var steepness: Double? { 1 }

  public func passing(difference: Tensor) throws -> Tensor {
    difference.reshaped(try outputShape(difference.shape))
  }

  public func rounding(of output: Tensor, for input: Tensor) -> Tensor? { nil }

  public func apply(to input: Variable) throws -> Variable {
    // A matrix is flat: PyTorch gives back the same tensor and records nothing.
    input.tensor.shape.rank == 2 ? input : try Variable(Flatten(), input)
  }

  public func outputShape(_ input: Shape) throws -> Shape {
    guard input.rank >= 2 else { throw LayerError.inputRank(input, expected: "[N, …]") }
    return Flatten().outputShape(input)
  }

  /// A network that begins with it is drawn an image.
  public var expectedInput: Shape? { [1, 1, 4, 4] }

  public var description: String { "\(Self.kind)(start_dim=1, end_dim=-1)" }
}
