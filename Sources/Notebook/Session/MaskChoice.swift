import Gradients
import Layers
import Pruning
import Tensors

/// A layer that takes a mask, and where it is.
struct MaskableLayer {
  let path: LayerPath
  let affine: Affine
}

extension Session {
  /// What takes masks: a layer's, or what does in a network: its convolutions, and where all are
  /// wanted its linear layers but the last, whose outputs are the network's.
  ///
  /// - Throws: ``LayerUseError`` where there is none.
  func maskable(at path: LayerPath, all: Bool = false) throws -> [MaskableLayer] {
    let layer = try layer(at: path)
    guard layer.isNetwork else {
      return [MaskableLayer(path: path, affine: try Self.affine(of: layer))]
    }
    let found = layer.descendants.compactMap { members, layer in
      layer.affine.map {
        (
          layer: MaskableLayer(
            path: LayerPath(name: path.name, members: path.members + members), affine: $0),
          isMasked: type(of: layer).isMaskedInNetworks
        )
      }
    }
    let last = found.lastIndex { !$0.isMasked }
    let kept = found.indices.filter { found[$0].isMasked || all && $0 != last }
    guard !kept.isEmpty else { throw LayerUseError.noConvolution }
    return kept.map { found[$0].layer }
  }

  /// Those of some layers that have groups of a structure, and those that have none.
  ///
  /// - Throws: `StructureError` where no layer has any.
  func fitting(
    _ structure: any SparseStructure, among layers: [MaskableLayer]
  ) throws -> (fit: [MaskableLayer], left: [MaskableLayer]) {
    var (fit, left): ([MaskableLayer], [MaskableLayer]) = ([], [])
    var failure: StructureError?
    for layer in layers {
      do throws(StructureError) {
        try check(structure, at: layer)
        fit.append(layer)
      } catch {
        failure = failure ?? error
        left.append(layer)
      }
    }
    if let failure, fit.isEmpty { throw failure }
    return (fit, left)
  }

  private func check(
    _ structure: any SparseStructure, at layer: MaskableLayer
  ) throws(StructureError) {
    _ = try structure.partition(of: layer.affine.weight.shape)
    if structure.isOfWholeLayers, !hasShortcut(layer.path) { throw .noShortcut }
  }

  /// Whether something leads past a layer.
  private func hasShortcut(_ path: LayerPath) -> Bool {
    path.members.indices.contains { depth in
      let outer = LayerPath(name: path.name, members: Array(path.members.prefix(depth)))
      return (try? layer(at: outer)).map { type(of: $0).hasShortcut } ?? false
    }
  }

  /// What scores look at in a layer.
  ///
  /// - Parameters:
  ///   - layer: the layer.
  ///   - network: what errors name it in; nil where it is the only layer.
  /// - Returns: the source.
  func scoreSource(of layer: MaskableLayer, in network: LayerPath? = nil) -> ScoreSource {
    let weight = layer.affine.weight
    return ScoreSource(
      weight.variable, of: network.flatMap { layer.path.name(in: $0) },
      gradient: gradient(of: weight.parameter.leaf),
      normalization: { normalization(after: layer.path) })
  }

  /// The scores by which a layer's mask was chosen; nil where it has no mask or one that was given.
  ///
  /// - Throws: ``MaskArgumentError/randomScores``, `StructureError`, `ScoreError`, `ShapeError`,
  ///   `OutOfMemory`, `Cancelled`.
  func scoresOfMask(of layer: any Layer) throws -> Variable? {
    guard let weight = layer.affine?.weight, let question = weight.mask?.question else {
      return nil
    }
    if question.score.isDrawn { throw MaskArgumentError.randomScores }
    let source = ScoreSource(
      weight.variable, gradient: gradient(of: weight.parameter.leaf),
      normalization: { path(of: weight.parameter.leaf).flatMap(normalization(after:)) })
    var generator = generator
    return try question.scores(of: source, for: question.structure, generator: &generator)
  }

  /// Where the layer of a weight is.
  private func path(of leaf: Leaf) -> LayerPath? {
    for (name, entry) in layers {
      let within = [(path: [], layer: entry.layer)] + entry.layer.descendants
      if let found = within.first(where: { $0.layer.affine?.weight.parameter.leaf == leaf }) {
        return LayerPath(name: name, members: found.path)
      }
    }
    return nil
  }

  /// The weight of the batch norm that a layer's output goes into; nil where another layer with
  /// parameters, or none, follows.
  private func normalization(after path: LayerPath) -> Variable? {
    guard let name = path.members.last,
      let network = try? layer(
        at: LayerPath(name: path.name, members: Array(path.members.dropLast()))),
      let place = network.children.firstIndex(where: { $0.name == name })
    else { return nil }
    let next = network.children.dropFirst(place + 1).first { !$0.layer.parameters.isEmpty }
    guard let next = next?.layer,
      next.attribute(LayerAttribute.runningVariance.rawValue) != nil
    else { return nil }
    return next.weight?.variable
  }

  /// The mask of each layer that a question asks for; random scores are drawn from the session's
  /// generator.
  ///
  /// - Throws: `StructureError`, `ScoreError`, `ShapeError`, `OutOfMemory`, `Cancelled`.
  mutating func masks(
    _ question: MaskQuestion, of layers: [MaskableLayer], in network: LayerPath? = nil
  ) throws -> [Mask] {
    var generator = generator
    let sources = layers.map { scoreSource(of: $0, in: network) }
    let masks = try question.masks(of: sources, generator: &generator)
    self.generator = generator
    return masks
  }

  /// Gives layers their masks.
  ///
  /// - Throws: ``LayerUseError``, ``MaskArgumentError/emptyMask(layer:group:)``, `Cancelled`.
  mutating func setMasks(
    _ masks: [Mask], in unit: any MaskUnit, of layers: [MaskableLayer], in network: LayerPath,
    allowEmpty: Bool
  ) throws {
    for (mask, layer) in zip(masks, layers) {
      if !allowEmpty, !mask.structure.isOfWholeLayers, try mask.removesAll {
        throw MaskArgumentError.emptyMask(
          layer: layer.path.name(in: network), group: mask.structure.group)
      }
    }
    let masks = Dictionary(uniqueKeysWithValues: zip(layers.map(\.path), masks))
    try change(layers, within: network, "mask") { path, affine in
      affine.weight.mask = masks[path]
      affine.weight.unit = unit
    }
  }
}
