import Tensors

/// One tensor of a layer's state that a file can fill.
public struct StateSlot: Sendable {
  /// Its name in PyTorch's `state_dict()`: `conv1.weight`.
  public let name: String
  /// The same with the places of layers within others, as `Sequential` numbers them: `0.weight`.
  public let placed: String
  /// Its sizes.
  public let shape: Shape
}

extension Layer {
  /// The tensors of its state in PyTorch's order.
  ///
  /// - Throws: `ShapeError` where memory cannot hold a mask of the weight's shape, `Cancelled`.
  public func stateSlots() throws -> [StateSlot] {
    let buffers = try attributes.filter { $0.role == .buffer }.compactMap { attribute in
      try attribute.tensor().map { (attribute.name, $0.tensor.shape) }
    }
    let own = (ownParameters.map { ($0.name, $0.parameter.tensor.shape) } + buffers).map {
      StateSlot(name: $0.0, placed: $0.0, shape: $0.1)
    }
    return try own
      + children.enumerated().flatMap { place, child in
        try child.layer.stateSlots().map {
          StateSlot(
            name: "\(child.name).\($0.name)", placed: "\(place).\($0.placed)", shape: $0.shape)
        }
      }
  }

  /// Sets tensors of its state; the caller has checked names and shapes.
  ///
  /// - Parameter values: the tensors by their names in ``stateSlots()``.
  public mutating func setState(_ values: [String: Tensor]) {
    let own = ownParameters
    let within = children.isEmpty ? [] : namedParameters
    let names = Dictionary(
      (within.isEmpty ? own : within).map { ($0.parameter.leaf, $0.name) },
      uniquingKeysWith: { first, _ in first })
    updateParameters { parameter in
      names[parameter.leaf].flatMap { values[$0] } ?? parameter.tensor
    }
    setBuffers(values, under: "")
  }

  private mutating func setBuffers(_ values: [String: Tensor], under path: String) {
    setBuffers { values[path + $0] }
    forEachChild { name, layer in layer.setBuffers(values, under: "\(path)\(name).") }
  }
}
