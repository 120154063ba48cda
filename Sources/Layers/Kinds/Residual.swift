import Gradients
import Tensors

/// Layers whose value is added to what they took: x + body(x), as in K. He et al., "Deep Residual
/// Learning for Image Recognition" (2015).
///
/// PyTorch has no such class; the plainest one is a `Sequential` that adds, so that it prints, and
/// names its parameters, as a network does:
///
///     class Residual(torch.nn.Sequential):
///         def forward(self, x):
///             return x + super().forward(x)
public struct Residual: LayerSequence {
  public static let kind = "Residual"
  public static let verb = "residual"
  public static let followsOthers = false
  public static let hasShortcut = true

  public var children: [(name: String, layer: any Layer)]

  public var isTraining = true {
    didSet {
      let mode = isTraining
      forEachChild { _, layer in layer.isTraining = mode }
    }
  }

  /// Makes a block of layers that have been made, in order.
  public init(_ layers: [any Layer]) { children = Self.named(layers) }

  /// x + body(x).
  ///
  /// - Throws: ``LayerError/changedShape(_:to:)``, ``LayerError/stage(_:reached:_:)`` with the layer
  ///   that the value does not fit.
  public mutating func forward(_ input: Variable, observe: StageObserver) throws -> Variable {
    _ = try outputShape(input.tensor.shape)
    return try Variable(Add(), [input, try run(on: input, observe: observe)])
  }

  /// The shape of the input, which the layers must keep: PyTorch would broadcast, which in a block
  /// is hardly ever meant.
  public func outputShape(_ input: Shape) throws -> Shape {
    let reached = try shapes(input).last ?? input
    guard reached == input else { throw LayerError.changedShape(input, to: reached) }
    return input
  }
}
