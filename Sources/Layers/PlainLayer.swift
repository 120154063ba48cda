import Gradients
import Tensors

/// A layer without parameters: an activation, pooling, flattening. It can be applied to a value
/// without being kept: PyTorch's `torch.nn.functional`.
public protocol PlainLayer: Layer, Sendable {
  /// The value for an input that fits, recorded for `backward`.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func apply(to input: Variable) throws -> Variable
}

extension PlainLayer {
  public var attributes: [Attribute] { [] }

  public var ownParameters: [(name: String, parameter: Parameter)] { [] }

  /// Training mode makes no difference.
  public var isTraining: Bool {
    get { true }
    set {}
  }

  public mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows {}

  public func forward(_ input: Variable) throws -> Variable {
    _ = try outputShape(input.tensor.shape)
    return try apply(to: input)
  }

  public func outputShape(_ input: Shape) throws -> Shape { input }

  public func copy() -> Self { self }

  public var keepsChannels: Bool { true }

  public var isIncreasing: Bool { true }

  public func constant(_ value: Float?, inChannel channel: Int) throws -> Float? {
    guard let value else { return nil }
    return try apply(to: Variable(Tensor([value], shape: [1, 1, 1, 1]))).tensor.elements[0]
  }
}
