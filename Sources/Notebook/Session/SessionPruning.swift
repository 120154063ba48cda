import Language
import Layers
import Pruning
import Tensors

// What the forms of `prune` do.

extension Evaluation {
  /// Prunes a layer, or each convolution of a network in turn, as the running command was told.
  ///
  /// - Parameters:
  ///   - pruning: PyTorch's function and what it is told.
  ///   - refuse: places an error at the argument that is wrong: `amount` or `dim`.
  /// - Returns: the mask of a layer, what is left of those of a network.
  /// - Throws: ``Placed``, ``LayerUseError``, `ShapeError`, `OutOfMemory`, `Cancelled`.
  mutating func prune(
    _ pruning: PruningCall, refusing refuse: (_ argument: String, PruneError) -> any Error
  ) throws -> Value? {
    let path = try path
    let before = try session.masked(at: path)
    for (place, affine) in before {
      let shape = affine.weight.shape
      guard !pruning.method.takesDimension || (-shape.rank..<shape.rank) ~= pruning.dimension else {
        throw refuse("dim", .dimension(pruning.dimension, shape))
      }
      let left = try affine.weight.left(of: pruning.partition(of: shape))
      let unit = pruning.unit(of: shape)
      if case .count(let count) = pruning.amount, count > left {
        throw refuse(
          "AMOUNT", .tooMany(count, unit: unit, left: left, layer: place.name(in: path)))
      }
      if affine.weight.isPruned { notes.append(.prunedAgain(left: left, unit: unit)) }
      note(pruning.amount, of: left, unit)
    }
    var generator = session.generator
    try session.changeMasked(at: path, "mask") {
      try $0.weight.prune(pruning, generator: &generator)
    }
    session.generator = generator
    return try pruned { pruning.partition(of: $0) }
  }

  /// Prunes the weights of several layers, which compete with one another.
  ///
  /// - Parameters:
  ///   - pruning: PyTorch's `pruning_method` and what it is told.
  ///   - layers: the layers; a network stands for its convolutions.
  ///   - refuse: places an error at the amount.
  /// - Returns: what is left of each.
  /// - Throws: ``Placed``, `ShapeError`, `OutOfMemory`, `Cancelled`.
  mutating func pruneGlobally(
    _ pruning: PruningCall, _ layers: [ReferenceSyntax], refusing refuse: (PruneError) -> any Error
  ) throws -> Value? {
    let places = try layers.flatMap { try masked($0) }
    let left = try places.reduce(0) {
      $0 + (try $1.affine.weight.left(of: .elements(of: $1.affine.weight.shape)))
    }
    if case .count(let count) = pruning.amount, count > left {
      throw refuse(.tooMany(count, unit: "weight", left: left, layer: nil))
    }
    if places.contains(where: \.affine.weight.isPruned) {
      notes.append(.prunedAgain(left: left, unit: "weight"))
    }
    note(pruning.amount, of: left, "weight")
    let masks = try pruning.masks(
      of: places.map { ($0.affine.weight.variable.tensor, $0.affine.weight.pruning) },
      generator: &session.generator)
    for ((place, _), mask) in zip(places, masks) {
      try session.changeLayer(at: place, "mask") { try $0.affine?.weight.prune(custom: mask) }
    }
    return try leftTable(places.map { ("\($0.path)", $0.path) }) { .elements(of: $0) }
  }

  /// What takes masks in a layer or a network that was named.
  ///
  /// - Throws: ``Placed`` where nothing does, or no such layer is there.
  func masked(_ layer: ReferenceSyntax) throws -> [(path: LayerPath, affine: Affine)] {
    do {
      return try session.masked(at: try layerPath(layer))
    } catch let error as any Explained {
      throw Placed(error: error, range: layer.range)
    }
  }

  /// Shows the mask of the layer that was pruned, or what is left in each layer of a network.
  ///
  /// - Throws: ``LayerUseError``, `OutOfMemory`, `Cancelled`.
  func pruned(_ partition: (Shape) -> Partition) throws -> Value? {
    let (layer, path) = (try layer(), try path)
    guard layer.isNetwork else { return try attribute(.weightMask, of: layer) }
    let places = try session.masked(at: path).map { ($0.path.name(in: path) ?? "", $0.path) }
    return try leftTable(places, partition)
  }

  private func leftTable(
    _ places: [(name: String, path: LayerPath)], _ partition: (Shape) -> Partition
  ) throws -> Value {
    let lines = try places.map { name, path in
      let weight = try Session.affine(of: session.layer(at: path)).weight
      let groups = partition(weight.shape)
      let unit = PruningCall.unit(of: groups)
      return "\(name): \(try weight.left(of: groups)) of \(groups.count) \(unit)s left"
    }
    return .text(lines.joined(separator: "\n"))
  }

  private mutating func note(_ amount: Amount, of left: Int, _ unit: String) {
    guard case .share(let share, _) = amount, share > 0, amount.removed(of: left) == 0 else {
      return
    }
    notes.append(.nothingPruned(unit: unit, of: left, rate: share))
  }
}

extension PruningCall {
  /// What goes as one in a weight of this shape, in a word: `filter`.
  func unit(of weight: Shape) -> String { Self.unit(of: partition(of: weight)) }

  /// The same for groups: single weights, filters, or channels of another dimension.
  static func unit(of groups: Partition) -> String {
    switch groups {
    case .elements(of: groups.weight): "weight"
    case Partition.filters(of: groups.weight): "filter"
    default: "channel"
    }
  }
}
