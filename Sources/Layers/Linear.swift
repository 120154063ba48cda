import Gradients
import Tensors

/// A fully connected layer: `torch.nn.Linear`.
public struct Linear: WeightedLayer {
  public static let verb = "linear"

  /// The weight `[OUT, IN]`.
  public private(set) var dense: Parameter
  /// The bias `[OUT]`, if the layer has one.
  public var bias: Parameter?
  public var isTraining = true

  /// Makes a layer with PyTorch's initial values, drawn weight first.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  public init(
    _ inFeatures: Int, _ outFeatures: Int, hasBias: Bool = true, generator: inout Generator
  ) throws {
    let shape = try Shape(checking: [outFeatures, inFeatures])
    dense = Parameter(try generator.layerWeight(shape))
    if hasBias { bias = Parameter(try generator.layerBias(weight: shape)) }
  }

  /// Features of the input.
  public var inFeatures: Int { dense.tensor.shape[1] }

  /// Features of the output.
  public var outFeatures: Int { dense.tensor.shape[0] }

  public var weight: Variable { dense.variable }

  public var parameters: [Parameter] { [dense] + (bias.map { [$0] } ?? []) }

  public mutating func setWeight(_ tensor: Tensor) { dense.tensor = tensor }

  public mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows {
    dense.tensor = try update(dense)
    if let old = bias { bias?.tensor = try update(old) }
  }

  /// x · weightᵀ + bias for `[…, IN]`, whatever its leading dimensions.
  public func forward(_ input: Variable) throws -> Variable {
    _ = try outputShape(input.tensor.shape)
    let inputs = [input, dense.variable] + (bias.map { [$0.variable] } ?? [])
    return try Variable(LinearMap(hasBias: bias != nil, rank: input.tensor.shape.rank), inputs)
  }

  public func outputShape(_ input: Shape) throws -> Shape {
    guard let features = input.dimensions.last else {
      throw LayerError.inputRank(input, expected: "[…, \(inFeatures)]")
    }
    guard input.count > 0 else { throw LayerError.emptyInput(input) }
    guard features == inFeatures else {
      throw LayerError.inputFeatures(input, expected: inFeatures)
    }
    return try Shape(checking: input.dimensions.dropLast() + [outFeatures])
  }

  public func multiplyAdds(_ input: Shape) -> Int {
    input.dimensions.dropLast().reduce(1, *) * dense.tensor.count
  }

  public var drawnInput: Shape { [1, inFeatures] }

  public func copy() -> Linear {
    var copy = self
    copy.dense = Parameter(dense.tensor)
    copy.bias = bias.map { Parameter($0.tensor) }
    return copy
  }

  /// The layer as PyTorch prints it.
  public var description: String {
    "Linear(in_features=\(inFeatures), out_features=\(outFeatures), "
      + "bias=\(bias == nil ? "False" : "True"))"
  }
}
