/// A tensor in double precision, for the plain references that gradients are checked against.
public struct DoubleTensor: Sendable {
  /// The sizes.
  public let shape: Shape
  /// The values in row-major order.
  public var elements: [Double]

  /// Makes a tensor from values in row-major order.
  public init(_ elements: [Double], shape: Shape) {
    precondition(elements.count == shape.count, "values do not fill the shape")
    self.shape = shape
    self.elements = elements
  }

  /// Makes a copy of a float32 tensor; every value is represented exactly.
  public init(_ tensor: Tensor) {
    self.init(tensor.elements.map(Double.init), shape: tensor.shape)
  }
}
