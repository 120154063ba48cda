import Language
import Layers
import Pruning
import Tensors

// What the forms of `prune` do.

extension Evaluation {
  /// Prunes layers, each on its own, in turn.
  ///
  /// - Parameters:
  ///   - layers: the layers.
  ///   - pruning: PyTorch's function and what it is told.
  ///   - refuse: places an error at the argument that is wrong: `amount` or `dim`.
  /// - Returns: the mask of a layer, what is left of those of a network.
  /// - Throws: ``Placed``, `ShapeError`, `OutOfMemory`, `Cancelled`.
  mutating func prune(
    _ layers: [MaskableLayer], _ pruning: PruningCall,
    refusing refuse: (_ argument: String, PruneError) -> any Error
  ) throws -> Value? {
    let path = try path
    for layer in layers {
      let weight = layer.affine.weight
      let rank = weight.shape.rank
      guard !pruning.method.takesDimension || (-rank..<rank) ~= pruning.dimension else {
        throw refuse("dim", .dimension(pruning.dimension, weight.shape))
      }
      let left = try weight.left(of: pruning.partition(of: weight.shape))
      let unit = pruning.unit(of: weight.shape)
      if case .count(let count) = pruning.amount, count > left {
        let name = layer.path.name(in: path)
        throw refuse("AMOUNT", .tooMany(count, unit: unit, left: left, layer: name))
      }
      if weight.isPruned { notes.append(.prunedAgain(left: left, unit: unit)) }
      note(pruning.amount, of: left, unit)
    }
    var generator = session.generator
    try session.change(layers, within: path, "mask") {
      try $1.weight.prune(pruning, generator: &generator)
    }
    session.generator = generator
    return try left(of: layers) { pruning.partition(of: $0) }
  }

  /// Prunes the weights of several layers, which compete with one another.
  ///
  /// - Parameters:
  ///   - layers: the layers.
  ///   - pruning: PyTorch's `pruning_method` and what it is told.
  ///   - refuse: places an error at the amount.
  /// - Returns: what is left of each.
  /// - Throws: ``Placed``, `ShapeError`, `OutOfMemory`, `Cancelled`.
  mutating func pruneTogether(
    _ layers: [MaskableLayer], _ pruning: PruningCall, refusing refuse: (PruneError) -> any Error
  ) throws -> Value? {
    let weights = layers.map(\.affine.weight)
    let left = try weights.reduce(0) { $0 + (try $1.left(of: .elements(of: $1.shape))) }
    if case .count(let count) = pruning.amount, count > left {
      throw refuse(.tooMany(count, unit: "weight", left: left, layer: nil))
    }
    if weights.contains(where: \.isPruned) {
      notes.append(.prunedAgain(left: left, unit: "weight"))
    }
    note(pruning.amount, of: left, "weight")
    let masks = try pruning.masks(
      of: weights.map { ($0.variable.tensor, $0.pruning) }, generator: &session.generator)
    for (layer, mask) in zip(layers, masks) {
      try session.changeLayer(at: layer.path, "mask") {
        try $0.affine?.weight.prune(custom: mask)
      }
    }
    return try table(
      of: layers.map { ("\($0.path)", try Session.affine(of: session.layer(at: $0.path)).weight) }
    ) { .elements(of: $0) }
  }

  /// What takes masks in layers and networks that were named.
  ///
  /// - Throws: ``Placed`` where nothing does, or no such layer is there.
  func maskable(_ layers: [ReferenceSyntax], all: Bool) throws -> [MaskableLayer] {
    try layers.flatMap { layer in
      do {
        return try session.maskable(at: try layerPath(layer), all: all)
      } catch let error as any Explained {
        throw Placed(error: error, range: layer.range)
      }
    }
  }

  /// Says which linear layers of a network `layers=all` would have taken too.
  mutating func noteLinearLeft(by layers: [MaskableLayer], at path: LayerPath) throws {
    guard try session.layer(at: path).isNetwork else { return }
    let taken = Set(layers.map(\.path))
    let left = try session.maskable(at: path, all: true).filter { !taken.contains($0.path) }
    guard !left.isEmpty else { return }
    notes.append(.leftLinear(left.map { $0.path.name(in: path) ?? "\($0.path)" }))
  }

  /// Shows the mask of the layer that was pruned, or what is left in each layer of a network.
  ///
  /// - Throws: ``LayerUseError``, `OutOfMemory`, `Cancelled`.
  func left(of layers: [MaskableLayer], _ partition: (Shape) -> Partition) throws -> Value? {
    let (layer, path) = (try layer(), try path)
    guard layer.isNetwork else { return try attribute(.weightMask, of: layer) }
    let places = Set(layers.map(\.path))
    let changed = try session.maskable(at: path, all: true).filter { places.contains($0.path) }
    return try table(
      of: changed.map { ($0.path.name(in: path) ?? "", $0.affine.weight) }, partition)
  }

  private func table(
    of layers: [(name: String, weight: Weight)], _ partition: (Shape) -> Partition
  ) throws -> Value {
    let lines = try layers.map { name, weight in
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
