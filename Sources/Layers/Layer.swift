import Gradients
import Tensors

/// Something with parameters that computes a value from another: PyTorch's `nn.Module`.
///
/// A value: changing a copy leaves the original as it is. What only a convolution has (mask,
/// pruning, constant) is ``Conv2d``'s own.
public protocol Layer: CustomStringConvertible {
  /// What a layer without a name is called, before its number: `conv` of `conv1`.
  static var verb: String { get }

  /// The trainable tensors in PyTorch's order: `layer.parameters()`.
  var parameters: [Parameter] { get }

  /// Whether it is in training mode, as a new one is: PyTorch's `layer.training`.
  var isTraining: Bool { get set }

  /// Replaces each parameter's values by what `update` makes of them.
  ///
  /// - Throws: what `update` throws; some parameters may have changed.
  mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows

  /// The layer's value for an input, recorded for `backward`.
  ///
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`, `Cancelled`.
  mutating func forward(_ input: Variable) throws -> Variable

  /// The shape of the value for an input of this shape.
  ///
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`.
  func outputShape(_ input: Shape) throws -> Shape

  /// How many products are added up for an input of this shape, which fits.
  func multiplyAdds(_ input: Shape) -> Int

  /// The shape of an input that is drawn when there is none.
  var drawnInput: Shape { get }

  /// The same values with parameters of its own, without gradients.
  ///
  /// - Throws: `Cancelled`.
  func copy() throws -> Self
}

/// A layer with one weight and perhaps a bias.
public protocol WeightedLayer: Layer {
  /// The trainable weight; after ordinary pruning PyTorch's `weight_orig`.
  var dense: Parameter { get }
  /// What PyTorch calls `layer.weight`.
  var weight: Variable { get }
  /// The bias, if the layer has one.
  var bias: Parameter? { get set }
  /// Sets the weight's values; the caller has checked the shape.
  mutating func setWeight(_ tensor: Tensor)
}

extension Generator {
  /// A weight as PyTorch's layers draw it: uniform within ±√3 · √(2 / (1 + 5)) / √fan_in
  /// (`kaiming_uniform_` with a = √5), fan_in the number of elements behind the first dimension.
  mutating func layerWeight(_ shape: Shape) throws -> Tensor {
    let fanIn = Double(shape.droppingFirst.count)
    let bound = Float(3.0.squareRoot() * ((2.0 / 6).squareRoot() / fanIn.squareRoot()))
    return try uniform(shape: shape, low: -bound, high: bound)
  }

  /// The bias that belongs to such a weight: uniform within ±1 / √fan_in.
  mutating func layerBias(weight shape: Shape) throws -> Tensor {
    let bound = Float(1 / Double(shape.droppingFirst.count).squareRoot())
    return try uniform(shape: [shape[0]], low: -bound, high: bound)
  }
}
