import Tensors

/// The same values as a batch of one: `x.unsqueeze(0)`.
public struct Unsqueeze: ViewOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "UnsqueezeBackward0" }

  public func outputShape(_ input: Shape) -> Shape { Shape([1] + input.dimensions) }
}
