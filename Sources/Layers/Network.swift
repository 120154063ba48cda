import Gradients
import Tensors

/// Layers one after the other: `torch.nn.Sequential`.
public struct Network: LayerSequence {
  public static let kind = "Sequential"
  public static let verb = "net"
  public static let followsOthers = false

  public var children: [(name: String, layer: any Layer)]
  public var layerNames: [String: String] = [:]

  public var isTraining = true {
    didSet {
      let mode = isTraining
      forEachChild { _, layer in layer.isTraining = mode }
    }
  }

  /// Makes a network of layers that have been made, in order.
  public init(_ layers: [any Layer]) { children = Self.named(layers) }

  /// Each layer on the value of the one before.
  ///
  /// - Throws: ``LayerError/stage(_:reached:_:)`` with the layer that the value does not fit.
  public mutating func forward(_ input: Variable, observe: StageObserver) throws -> Variable {
    // Shapes first: a network that cannot run through must not move running statistics either.
    _ = try outputShape(input.tensor.shape)
    return try run(on: input, observe: observe)
  }

  public func outputShape(_ input: Shape) throws -> Shape { try shapes(input).last ?? input }
}
