import Gradients
import Tensors

/// `torch.nn.MaxPool2d`.
public struct MaxPool2d: PlainLayer {
  public static let kind = "MaxPool2d"
  public static let verb = "maxpool"

  /// The windows.
  public let pooling: Pooling

  /// Makes the layer.
  public init(_ pooling: Pooling) { self.pooling = pooling }

  public func apply(to input: Variable) throws -> Variable {
    try Variable(MaxPool(pooling.window, input: input.tensor.shape), input)
  }

  public func outputShape(_ input: Shape) throws -> Shape { try pooling.outputShape(input) }

  public var description: String {
    "\(Self.kind)(\(pooling.text), dilation=\(pooling.dilation), ceil_mode=False)"
  }
}

/// `torch.nn.AvgPool2d`.
public struct AvgPool2d: PlainLayer {
  public static let kind = "AvgPool2d"
  public static let verb = "avgpool"

  /// The windows.
  public let pooling: Pooling

  /// Makes the layer.
  public init(_ pooling: Pooling) { self.pooling = pooling }

  public func apply(to input: Variable) throws -> Variable {
    try Variable(AveragePool(pooling.window, input: input.tensor.shape), input)
  }

  public func outputShape(_ input: Shape) throws -> Shape { try pooling.outputShape(input) }

  public var description: String { "\(Self.kind)(\(pooling.text))" }
}
