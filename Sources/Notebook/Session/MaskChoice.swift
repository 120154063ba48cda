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
  func scoreSource(of layer: MaskableLayer) -> ScoreSource {
    let weight = layer.affine.weight
    return ScoreSource(
      weight.variable, gradient: gradient(of: weight.parameter.leaf),
      normalization: { normalization(after: layer.path) })
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
    _ question: MaskQuestion, of layers: [MaskableLayer]
  ) throws -> [Mask] {
    var generator = generator
    let masks = try question.masks(of: layers.map(scoreSource), generator: &generator)
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
