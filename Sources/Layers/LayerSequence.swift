import Gradients
import Running
import Tensors

/// Layers one after the other, each on the value of the one before: a network, and what else is
/// made of stages.
public protocol LayerSequence: Layer {
  /// The layers and what each is called, such as `conv1` or `relu2`.
  var children: [(name: String, layer: any Layer)] { get set }
}

extension LayerSequence {
  /// Names for layers in order: each kind is counted by itself.
  static func named(_ layers: [any Layer]) -> [(name: String, layer: any Layer)] {
    var counts: [String: Int] = [:]
    return layers.map { layer in
      let verb = type(of: layer).verb
      counts[verb, default: 0] += 1
      return ("\(verb)\(counts[verb] ?? 1)", layer)
    }
  }

  public subscript(child name: String) -> (any Layer)? {
    get { children.first { $0.name == name }?.layer }
    set {
      guard let index = children.firstIndex(where: { $0.name == name }) else { return }
      if let newValue { children[index].layer = newValue } else { children.remove(at: index) }
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

  public mutating func forward(_ input: Variable) throws -> Variable {
    try forward(input) { _, _, _ in }
  }

  /// The value of the last layer; the caller has checked that the input fits them all.
  ///
  /// - Throws: what the layers throw.
  mutating func run(on input: Variable, observe: StageObserver) throws -> Variable {
    var value = input
    for index in children.indices {
      let name = children[index].name
      let output = try children[index].layer.forward(value) { observe([name] + $0, $1, $2) }
      observe([name], value, output)
      value = output
    }
    return value
  }

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

  public func copy() throws -> Self {
    var copy = self
    try copy.forEachChild { _, layer in layer = try layer.copy() }
    return copy
  }

  /// The layers as PyTorch prints them.
  public var description: String {
    lines(Self.kind) { "(\($0)): \($1.description)" }
  }

  public func constructor(_ className: (String) -> String) -> String {
    lines(className(Self.kind)) { "\($1.constructor(className))," }
  }

  /// A line for each layer, indented once more where a layer has lines itself.
  private func lines(_ name: String, _ text: (Int, any Layer) -> String) -> String {
    guard !children.isEmpty else { return "\(name)()" }
    let lines = children.enumerated().map { index, child in
      "  " + text(index, child.layer).replacing("\n", with: "\n  ") + "\n"
    }
    return "\(name)(\n\(lines.joined()))"
  }
}
