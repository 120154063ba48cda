import Gradients
import Running
import Tensors

/// Layers one after the other: `torch.nn.Sequential`.
public struct Network: Layer {
  public static let kind = "Sequential"
  public static let verb = "net"
  public static let followsOthers = false

  /// The layers and what each is called, such as `conv1` or `relu2`: each kind is counted by itself.
  public private(set) var children: [(name: String, layer: any Layer)] = []

  public var isTraining = true {
    didSet {
      let mode = isTraining
      forEachChild { _, layer in layer.isTraining = mode }
    }
  }

  /// Makes a network of layers that have been made, in order.
  public init(_ layers: [any Layer]) {
    var counts: [String: Int] = [:]
    for layer in layers {
      let verb = type(of: layer).verb
      counts[verb, default: 0] += 1
      children.append(("\(verb)\(counts[verb] ?? 1)", layer))
    }
  }

  public subscript(child name: String) -> (any Layer)? {
    get { children.first { $0.name == name }?.layer }
    set {
      guard let newValue, let index = children.firstIndex(where: { $0.name == name }) else {
        return
      }
      children[index].layer = newValue
    }
  }

  public mutating func forEachChild(
    _ body: (String, inout any Layer) throws -> Void
  ) rethrows {
    for index in children.indices { try body(children[index].name, &children[index].layer) }
  }

  public var attributes: [Attribute] { [] }

  public var ownParameters: [(name: String, parameter: Parameter)] { [] }

  public mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows {
    try forEachChild { _, layer in try layer.updateParameters(update) }
  }

  /// Each layer on the value of the one before.
  ///
  /// - Throws: ``LayerError/stage(_:reached:_:)`` with the layer that the value does not fit.
  public mutating func forward(_ input: Variable) throws -> Variable {
    try forward(input) { _, _, _ in }
  }

  public mutating func forward(_ input: Variable, observe: StageObserver) throws -> Variable {
    // Shapes first: a network that cannot run through must not move running statistics either.
    _ = try outputShape(input.tensor.shape)
    var value = input
    for index in children.indices {
      let name = children[index].name
      let output = try children[index].layer.forward(value) { observe([name] + $0, $1, $2) }
      observe([name], value, output)
      value = output
    }
    return value
  }

  public func outputShape(_ input: Shape) throws -> Shape { try shapes(input).last ?? input }

  public func shapes(_ input: Shape) throws -> [Shape] {
    var shape = input
    return try children.map { name, layer in
      try Cancellation.check()
      do {
        shape = try layer.outputShape(shape)
        return shape
      } catch let error as LayerError {
        throw LayerError.stage(name, reached: shape, error)
      }
    }
  }

  public func multiplyAdds(_ input: Shape) -> Int {
    guard let shapes = try? shapes(input) else { return 0 }
    return zip(children, [input] + shapes).reduce(0) { $0 + $1.0.layer.multiplyAdds($1.1) }
  }

  public func copy() throws -> Network {
    var copy = self
    try copy.forEachChild { _, layer in layer = try layer.copy() }
    return copy
  }

  /// The network as PyTorch prints it.
  public var description: String {
    lines { "(\($0)): \($1.description)" }
  }

  public var constructor: String {
    children.isEmpty ? "torch.nn.Sequential()" : "torch.nn." + lines { "\($1.constructor)," }
  }

  /// A line for each layer, indented once more where a layer has lines itself.
  private func lines(_ text: (Int, any Layer) -> String) -> String {
    guard !children.isEmpty else { return "\(Self.kind)()" }
    let lines = children.enumerated().map { index, child in
      "  " + text(index, child.layer).replacing("\n", with: "\n  ") + "\n"
    }
    return "\(Self.kind)(\n\(lines.joined()))"
  }
}
