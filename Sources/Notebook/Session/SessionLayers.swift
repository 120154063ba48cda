import Gradients
import Layers
import Tensors

/// Which layer: a named one, or a layer within a named network.
struct LayerPath: Hashable, CustomStringConvertible {
  /// The name in the session.
  let name: String
  /// The names on the way down within the network, such as `conv1`; none for the named layer itself.
  var members: [String] = []

  /// The place of a layer within this one.
  func appending(_ member: String) -> LayerPath {
    LayerPath(name: name, members: members + [member])
  }

  /// Whether it is this network or something within it.
  func isWithin(_ network: LayerPath) -> Bool {
    name == network.name && members.starts(with: network.members)
  }

  /// The name of a layer within a network, such as `conv1`; nil for the network itself.
  func name(in network: LayerPath) -> String? {
    let inner = members.dropFirst(network.members.count)
    return inner.isEmpty ? nil : inner.joined(separator: ".")
  }

  /// Changes the layer at a place within another one, which is that one itself where the place is
  /// empty.
  ///
  /// - Throws: ``LayerUseError/noLayer`` where none is there, and what `body` throws.
  static func change<Result>(
    _ members: ArraySlice<String>, of layer: inout any Layer,
    _ body: (inout any Layer) throws -> Result
  ) throws -> Result {
    guard let first = members.first else { return try body(&layer) }
    guard var child = layer[child: first] else { throw LayerUseError.noLayer }
    defer { layer[child: first] = child }
    return try change(members.dropFirst(), of: &child, body)
  }

  var description: String { ([name] + members).joined(separator: ".") }
}

extension Session {
  /// The current layer's place and the entry it belongs to.
  ///
  /// - Throws: ``LayerUseError/noLayer``.
  func current() throws -> (path: LayerPath, entry: LayerEntry) {
    guard let path = currentLayer, case .layer(let entry)? = names[path.name] else {
      throw LayerUseError.noLayer
    }
    return (path, entry)
  }

  /// The layer at a place.
  ///
  /// - Throws: ``LayerUseError/noLayer``.
  func layer(at path: LayerPath) throws -> any Layer {
    guard case .layer(let entry)? = names[path.name],
      let layer = entry.layer.layer(at: path.members[...])
    else { throw LayerUseError.noLayer }
    return layer
  }

  /// The current layer.
  ///
  /// - Throws: ``LayerUseError/noLayer``.
  func layer() throws -> any Layer { try layer(at: try current().path) }

  /// What takes masks, pruning and the constant in a layer.
  ///
  /// - Throws: ``LayerUseError`` where nothing does.
  static func affine(of layer: any Layer) throws -> Affine {
    if let affine = layer.affine { return affine }
    guard layer.isNetwork else { throw LayerUseError.takesNoMask(kind: type(of: layer).kind) }
    guard let member = layer.descendants.first(where: { type(of: $0.layer).isMaskedInNetworks })
    else { throw LayerUseError.noConvolution }
    throw LayerUseError.networkNeedsMember(weight: member.layer.weight?.leaf)
  }

  /// A layer's own trainable weight.
  ///
  /// - Throws: ``LayerUseError`` where it has none.
  static func weight(of layer: any Layer) throws -> Parameter {
    if let weight = layer.weight { return weight }
    guard layer.isNetwork else { throw LayerUseError.noWeight(kind: type(of: layer).kind) }
    throw LayerUseError.networkNeedsMember(
      weight: layer.descendants.lazy.compactMap(\.layer.weight?.leaf).first)
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
      stages.forget(chosen)
    }
    names[chosen] = .layer(LayerEntry(layer: layer, serial: layersMade))
    currentLayer = LayerPath(name: chosen)
    layerTold = currentLayer
  }

  /// Changes a layer.
  ///
  /// - Parameters:
  ///   - path: the layer, the current one unless it is given.
  ///   - change: what is changed, in words for a note; nil where no output becomes stale.
  ///   - body: makes the change.
  /// - Returns: what `body` returns.
  /// - Throws: ``LayerUseError/noLayer``, and what `body` throws.
  @discardableResult
  mutating func changeLayer<Result>(
    at path: LayerPath? = nil, _ change: String?, _ body: (inout any Layer) throws -> Result
  ) throws -> Result {
    let path = try path ?? current().path
    guard case .layer(var entry)? = names[path.name] else { throw LayerUseError.noLayer }
    let result = try LayerPath.change(path.members[...], of: &entry.layer, body)
    if let change {
      outputOrigin.layerChanged(path.name, serial: entry.serial, change)
    }
    names[path.name] = .layer(entry)
    return result
  }

  /// Changes what takes masks in some layers, which all lie within one or are it, in its order.
  ///
  /// - Parameters:
  ///   - layers: which layers.
  ///   - path: the layer or network.
  ///   - change: what is changed, in words for a note; nil where no output becomes stale.
  ///   - body: makes the change; is given where the layer is.
  /// - Throws: ``LayerUseError/noLayer``, and what `body` throws.
  mutating func change(
    _ layers: [MaskableLayer], within path: LayerPath, _ change: String?,
    _ body: (LayerPath, inout Affine) throws -> Void
  ) throws {
    let places = Set(layers.map(\.path))
    // One walk: to look for each layer from the top would take the square of their number.
    func apply(to layer: inout any Layer, at path: LayerPath) throws {
      if places.contains(path), var affine = layer.affine {
        try body(path, &affine)
        layer.affine = affine
      }
      try layer.forEachChild { try apply(to: &$1, at: path.appending($0)) }
    }
    try changeLayer(at: path, change) { try apply(to: &$0, at: path) }
  }

  /// Names a value; a layer's name that is given away is no layer any more.
  mutating func bind(_ name: String, to value: Value) {
    names[name] = .value(value)
    if currentLayer?.name == name { currentLayer = nil }
  }
}
