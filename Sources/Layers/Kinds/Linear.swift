import Gradients
import Tensors

/// A fully connected layer: `torch.nn.Linear`. A mask works on it as on a convolution; the constant
/// is off when it is new, as PyTorch has none (``Affine``).
public struct Linear: AffineLayer {
  public static let kind = "Linear"
  public static let verb = "linear"
  public static let filterDimension: Int? = -1

  /// The weight `[OUT, IN]`, the bias `[OUT]` and the constant.
  public var parts: Affine
  public var isTraining = true

  /// Makes a layer with PyTorch's initial values, drawn weight first.
  ///
  /// - Throws: `ShapeError`, `Cancelled`.
  public init(
    _ inFeatures: Int, _ outFeatures: Int, hasBias: Bool = true, generator: inout Generator
  ) throws {
    parts = try Affine(
      Shape(checking: [outFeatures, inFeatures]), hasBias: hasBias, epsilon: nil,
      generator: &generator)
  }

  /// Makes a layer of values that are there.
  ///
  /// - Parameters:
  ///   - weight: `[OUT, IN]`.
  ///   - bias: `[OUT]`, if there is one.
  public init(weight: Tensor, bias: Tensor?) {
    parts = Affine(weight: weight, bias: bias, epsilon: nil)
  }

  /// Features of the input.
  public var inFeatures: Int { parts.weight.shape[1] }

  /// Features of the output.
  public var outFeatures: Int { parts.weight.shape[0] }

  /// x · (weight ∘ mask)ᵀ + bias ∘ mask + epsilon for `[…, IN]`, whatever its leading dimensions.
  public mutating func forward(_ input: Variable) throws -> Variable {
    _ = try outputShape(input.tensor.shape)
    let map = LinearMap(hasBias: parts.bias != nil, rank: input.tensor.shape.rank)
    return try parts.addingConstant(to: try Variable(map, parts.operands(input)))
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
    input.dimensions.dropLast().reduce(1, *) * parts.weight.shape.count
  }

  public var expectedInput: Shape? { [1, inFeatures] }

  public func arguments(fitting input: Shape) -> [String]? {
    guard (1...2).contains(input.rank) else { return nil }
    return ["\(input[input.rank - 1])", "\(outFeatures)"]
  }

  public func advice(on error: LayerError) -> InputAdvice? {
    switch error {
    case .inputFeatures(let shape, _):
      arguments(fitting: shape).map { .arguments($0) } ?? .rows([1, inFeatures])
    case .inputRank: .rows([1, inFeatures])
    default: .input(drawnInput)
    }
  }

  public func passing(difference: Tensor, weight: Tensor) throws -> Tensor {
    try LinearMap(hasBias: false, rank: difference.shape.rank).passing(
      difference: difference, weight: weight)
  }

  public func rounding(of output: Tensor, for input: Tensor) throws -> Tensor? {
    let map = LinearMap(hasBias: parts.bias != nil, rank: input.shape.rank)
    return try parts.addingRounding(
      to: try map.rounding(try parts.inUse(with: input)), of: output)
  }

  public func remade(weight: Tensor, bias: Tensor?) throws -> Linear {
    var result = self
    result.parts = Affine(weight: weight, bias: bias, epsilon: parts.epsilon)
    return result
  }

  /// The layer as PyTorch prints it.
  public var description: String {
    "\(Self.kind)(in_features=\(inFeatures), out_features=\(outFeatures), "
      + "bias=\(parts.bias == nil ? "False" : "True"))"
  }
}
