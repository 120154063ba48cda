import Gradients
import Layers
import Tensors

/// Which layer: a named one, or a layer within a named network.
struct LayerPath: Hashable, CustomStringConvertible {
  /// The name in the session.
  let name: String
  /// The name within the network, such as `conv1`; nil for the named layer itself.
  var member: String?

  var description: String { member.map { "\(name).\($0)" } ?? name }
}

extension Session {
  /// The current layer's place and the entry it belongs to.
  ///
  /// - Throws: ``CommandError/noLayer``.
  func current() throws -> (path: LayerPath, entry: LayerEntry) {
    guard let path = currentLayer, case .layer(let entry)? = names[path.name] else {
      throw CommandError.noLayer
    }
    return (path, entry)
  }

  /// The layer at a place.
  ///
  /// - Throws: ``CommandError/noLayer``.
  func layer(at path: LayerPath) throws -> any Layer {
    guard case .layer(let entry)? = names[path.name] else { throw CommandError.noLayer }
    guard let member = path.member else { return entry.layer }
    guard let layer = (entry.layer as? Network)?[member] else { throw CommandError.noLayer }
    return layer
  }

  /// The current layer.
  ///
  /// - Throws: ``CommandError/noLayer``.
  func layer() throws -> any Layer { try layer(at: try current().path) }

  /// The current layer where it is a convolution: only that has mask, pruning and constant.
  ///
  /// - Throws: ``CommandError`` where it is none.
  func convolution() throws -> Conv2d { try Self.convolution(try layer()) }

  /// A layer as a convolution.
  ///
  /// - Throws: ``CommandError`` where it is none.
  static func convolution(_ layer: any Layer) throws -> Conv2d {
    if let layer = layer as? Conv2d { return layer }
    guard let network = layer as? Network else {
      throw CommandError.notAConvolution(kind: kind(layer))
    }
    guard let member = network.members.first(where: { $0.layer is Conv2d }) else {
      throw CommandError.noConvolution
    }
    throw CommandError.networkNeedsMember(weight: member.layer.dense.leaf)
  }

  /// A layer as one with a weight of its own, which a network has not.
  ///
  /// - Throws: ``CommandError`` where it is none.
  static func weighted(_ layer: any Layer) throws -> any WeightedLayer {
    if let layer = layer as? any WeightedLayer { return layer }
    throw CommandError.networkNeedsMember(
      weight: (layer as? Network)?.members.first?.layer.dense.leaf)
  }

  /// What PyTorch calls a layer's class.
  static func kind(_ layer: any Layer) -> String {
    String(layer.description.prefix { $0 != "(" })
  }

  /// The current convolution, or all convolutions of the current network, with their names in it.
  ///
  /// - Throws: ``CommandError`` where there is none.
  func convolutions() throws -> [(name: String?, layer: Conv2d)] {
    let layer = try layer()
    guard let network = layer as? Network else { return [(nil, try Self.convolution(layer))] }
    let found = network.members.compactMap { name, layer in
      (layer as? Conv2d).map { (name: Optional(name), layer: $0) }
    }
    guard !found.isEmpty else { throw CommandError.noConvolution }
    return found
  }

  /// Gives a name to a new layer, which becomes the current one.
  mutating func add(_ layer: any Layer, as name: String?) {
    let verb = type(of: layer).verb
    var chosen = name
    while chosen == nil {
      layersUnnamed[verb, default: 0] += 1
      let candidate = "\(verb)\(layersUnnamed[verb] ?? 1)"
      if names[candidate] == nil { chosen = candidate }
    }
    layersMade += 1
    guard let chosen else { return }
    if case .layer(let entry)? = names[chosen] {
      outputOrigin.layerReplaced(chosen, serial: entry.serial)
    }
    names[chosen] = .layer(LayerEntry(layer: layer, serial: layersMade))
    currentLayer = LayerPath(name: chosen)
    layerTold = currentLayer
  }

  /// Changes the current layer.
  ///
  /// - Parameters:
  ///   - change: what is changed, in words for a note; nil where no output becomes stale.
  ///   - body: makes the change.
  /// - Returns: what `body` returns.
  /// - Throws: ``CommandError/noLayer``, and what `body` throws.
  @discardableResult
  mutating func changeLayer<Result>(
    _ change: String?, _ body: (inout any Layer) throws -> Result
  ) throws -> Result {
    var (path, entry) = try current()
    var layer = try layer(at: path)
    let result = try body(&layer)
    if let member = path.member, var network = entry.layer as? Network {
      network[member] = layer as? any WeightedLayer
      entry.layer = network
    } else {
      entry.layer = layer
    }
    if let change {
      outputOrigin.layerChanged(path.name, serial: entry.serial, change)
    }
    names[path.name] = .layer(entry)
    return result
  }

  /// Changes the current convolution, or every convolution of the current network.
  ///
  /// - Parameters:
  ///   - change: what is changed, in words for a note; nil where no output becomes stale.
  ///   - body: makes the change.
  /// - Throws: ``CommandError`` where there is none, and what `body` throws.
  mutating func changeConvolutions(
    _ change: String?, _ body: (inout Conv2d) throws -> Void
  ) throws {
    _ = try convolutions()
    try changeLayer(change) { layer in
      if var network = layer as? Network {
        try network.forEachLayer { _, member in
          guard var convolution = member as? Conv2d else { return }
          try body(&convolution)
          member = convolution
        }
        layer = network
      } else if var convolution = layer as? Conv2d {
        try body(&convolution)
        layer = convolution
      }
    }
  }

  /// Changes the current layer where it has a weight of its own.
  ///
  /// - Throws: ``CommandError`` where it has none, and what `body` throws.
  mutating func changeWeighted(
    _ change: String, _ body: (inout any WeightedLayer) throws -> Void
  ) throws {
    try changeLayer(change) { layer in
      var weighted = try Self.weighted(layer)
      try body(&weighted)
      layer = weighted
    }
  }

  /// Names a value; a layer's name that is given away is no layer any more.
  mutating func bind(_ name: String, to value: Value) {
    names[name] = .value(value)
    if currentLayer?.name == name { currentLayer = nil }
  }
}
