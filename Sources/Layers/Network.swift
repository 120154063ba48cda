import Gradients
import Tensors

/// Layers and functions one behind the other: `torch.nn.Sequential`.
public struct Network: Layer {
  public static let verb = "net"

  /// What one stage does.
  public enum Content {
    /// A layer with parameters.
    case layer(any WeightedLayer)
    /// A step without any.
    case function(Function)
  }

  /// One stage: what it does, and what it is called within the network.
  public struct Stage {
    /// Its name, such as `conv1` or `relu2`: each kind is counted by itself.
    public let name: String
    /// What it does.
    public fileprivate(set) var content: Content

    /// The layer, if it is one.
    public var layer: (any WeightedLayer)? {
      if case .layer(let layer) = content { layer } else { nil }
    }

    /// The stage as PyTorch prints it.
    public var description: String {
      switch content {
      case .layer(let layer): layer.description
      case .function(let function): function.description
      }
    }

    /// The shape of the stage's value.
    ///
    /// - Throws: ``LayerError``, `ShapeError`.
    public func outputShape(_ input: Shape) throws -> Shape {
      switch content {
      case .layer(let layer): try layer.outputShape(input)
      case .function(let function): try function.outputShape(input)
      }
    }
  }

  /// The stages, first to last.
  public private(set) var stages: [Stage] = []

  /// Makes a network of stages that have been made, in order.
  public init(_ contents: [Content]) {
    var counts: [String: Int] = [:]
    for content in contents {
      let verb =
        switch content {
        case .layer(let layer): type(of: layer).verb
        case .function(let function): function.verb
        }
      counts[verb, default: 0] += 1
      stages.append(Stage(name: "\(verb)\(counts[verb] ?? 1)", content: content))
    }
  }

  /// The layers with parameters, by name, first to last.
  public var members: [(name: String, layer: any WeightedLayer)] {
    stages.compactMap { stage in stage.layer.map { (stage.name, $0) } }
  }

  /// The layer of this name; setting it replaces it, and does nothing where there is none.
  public subscript(name: String) -> (any WeightedLayer)? {
    get { stages.first { $0.name == name }?.layer }
    set {
      guard let newValue, let index = stages.firstIndex(where: { $0.name == name }),
        stages[index].layer != nil
      else { return }
      stages[index].content = .layer(newValue)
    }
  }

  /// Changes each layer in turn.
  ///
  /// - Throws: what `body` throws.
  public mutating func forEachLayer(
    _ body: (String, inout any WeightedLayer) throws -> Void
  ) rethrows {
    for index in stages.indices {
      guard case .layer(var layer) = stages[index].content else { continue }
      try body(stages[index].name, &layer)
      stages[index].content = .layer(layer)
    }
  }

  public var parameters: [Parameter] { members.flatMap(\.layer.parameters) }

  public var isTraining = true {
    didSet {
      let mode = isTraining
      forEachLayer { _, layer in layer.isTraining = mode }
    }
  }

  public mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows {
    try forEachLayer { _, layer in try layer.updateParameters(update) }
  }

  /// Each stage on the value of the one before.
  ///
  /// - Throws: ``LayerError/stage(_:reached:_:)`` with the stage that the value does not fit.
  public mutating func forward(_ input: Variable) throws -> Variable {
    // Shapes first: a network that cannot run through must not move running statistics either.
    _ = try outputShape(input.tensor.shape)
    var value = input
    for index in stages.indices {
      switch stages[index].content {
      case .function(let function): value = try function.apply(to: value)
      case .layer(var layer):
        value = try layer.forward(value)
        stages[index].content = .layer(layer)
      }
    }
    return value
  }

  public func outputShape(_ input: Shape) throws -> Shape { try shapes(input).last ?? input }

  /// The shape of each stage's value, in order.
  ///
  /// - Throws: ``LayerError/stage(_:reached:_:)`` with the first stage that does not fit.
  public func shapes(_ input: Shape) throws -> [Shape] {
    var shape = input
    return try stages.map { stage in
      do {
        shape = try stage.outputShape(shape)
        return shape
      } catch let error as LayerError {
        throw LayerError.stage(stage.name, reached: shape, error)
      }
    }
  }

  public func multiplyAdds(_ input: Shape) -> Int {
    guard let shapes = try? shapes(input) else { return 0 }
    return zip(stages, [input] + shapes).reduce(0) { sum, next in
      sum + (next.0.layer?.multiplyAdds(next.1) ?? 0)
    }
  }

  public func copy() throws -> Network {
    var copy = self
    try copy.forEachLayer { _, layer in
      layer = try layer.copy()
    }
    return copy
  }

  /// The network as PyTorch prints it.
  public var description: String {
    let lines = stages.enumerated().map { "  (\($0.offset)): \($0.element.description)\n" }
    return lines.isEmpty ? "Sequential()" : "Sequential(\n\(lines.joined()))"
  }
}
