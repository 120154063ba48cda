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

  public var steepness: Double? { 1 }

  public func constant(_ value: Float?, inChannel channel: Int) -> Float? { value }

  public func passing(difference: Tensor) throws -> Tensor {
    try apply(to: Variable(difference)).tensor
  }

  public func rounding(of output: Tensor, for input: Tensor) -> Tensor? { nil }

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

  public var steepness: Double? { 1 }

  /// Padding is averaged with what it surrounds, so that only zeros stay the same everywhere. What a
  /// window makes of equal values is rounded as it always is.
  public func constant(_ value: Float?, inChannel channel: Int) throws -> Float? {
    guard let value, pooling.padding.pair == 0, value != 0 else { return value == 0 ? value : nil }
    let kernel = pooling.kernelSize.pair
    let plane = try Tensor(
      repeating: value, shape: Shape(checking: [1, 1, kernel.rows, kernel.columns]))
    return try apply(to: Variable(plane)).tensor.elements[0]
  }

  public func passing(difference: Tensor) throws -> Tensor {
    try apply(to: Variable(difference)).tensor
  }

  public func rounding(of output: Tensor, for input: Tensor) throws -> Tensor? {
    let terms = Float(pooling.kernelSize.pair.rows * pooling.kernelSize.pair.columns)
    return try passing(difference: input.map { abs($0) * (terms + 1) * .unitRoundoff })
  }

  public func apply(to input: Variable) throws -> Variable {
    try Variable(AveragePool(pooling.window, input: input.tensor.shape), input)
  }

  public func outputShape(_ input: Shape) throws -> Shape { try pooling.outputShape(input) }

  public var description: String { "\(Self.kind)(\(pooling.text))" }
}
