import Layers
import Pruning
import Running
import Tensors

/// What a mask removed from a layer's weights, and what that saves.
public struct Sparsity {
  /// Its name in the network; empty where it stands alone.
  public let layer: String
  /// What its mask keeps or removes as one, of a mask of single weights the largest groups that it does
  /// so; nil with neither mask nor pruning.
  public let structure: (any SparseStructure)?
  /// Groups of that structure, and how many of them take part.
  public let groups: (kept: Int, all: Int)
  /// Weights, and how many of them the mask or pruning removes.
  public let weights: (removed: Int, all: Int)
  /// Weights that are zero as the layer uses them, and dense weights that are.
  public let zeros: (used: Int, dense: Int)
  /// Values stored: weights and biases, now and after compacting.
  public let parameters: (now: Int, compact: Int)
  /// Products that are added up: for a dense layer; now, as filters of zeros are skipped in
  /// convolutions; after compacting; and if no zero cost anything.
  public let multiplyAdds: (dense: Int, now: Int, compact: Int, free: Int)
  /// Bytes of the weights: dense, after compacting, and as the values other than zero beside a bit
  /// for each weight.
  public let bytes: (dense: Int, compact: Int, bitmask: Int)
}

extension Sparsity {
  /// What is said of each layer of a network that has weights, or of a layer alone.
  ///
  /// - Parameters:
  ///   - network: the network or layer.
  ///   - input: the shape of an input that fits.
  ///   - tolerance: what ``Compaction`` is told.
  /// - Returns: a row for each.
  /// - Throws: `LayerError` where the input does not fit, `ShapeError`, `OutOfMemory`, `Cancelled`.
  public static func all(
    of network: any Layer, input: Shape, tolerance: Double
  ) throws -> [Sparsity] {
    let compaction = try Compaction(of: network, input: input, tolerance: tolerance)
    return try compaction.changes.compactMap { change in
      try change.before.affine.map { try Sparsity(change, $0) }
    }
  }

  private init(_ change: Compaction.Change, _ affine: Affine) throws {
    let used = try affine.valuesInUse().weight
    let mask = try affine.weight.takingPart()
    layer = change.layer
    let removed = try mask?.largestGroups()
    structure = removed?.structure
    groups = (removed?.kept ?? 0, removed?.count ?? 0)
    let count = used.count
    let kept = try mask.map { try $0.keptCount * $0.partition.groupSize }
    weights = (count - (kept ?? count), count)
    let dense = affine.weight.parameter.tensor
    zeros = (
      try Cancellation.count(of: count) { used.elements[$0] == 0 },
      try Cancellation.count(of: count) { dense.elements[$0] == 0 }
    )
    let new = change.after?.affine?.weight.shape.count ?? 0
    parameters = (
      count + (affine.bias?.tensor.count ?? 0), new + (change.after?.bias?.tensor.count ?? 0)
    )
    let all = change.before.multiplyAdds(change.inputs.before)
    multiplyAdds = (
      all, try change.before.executedMultiplyAdds(change.inputs.before),
      try change.after?.executedMultiplyAdds(change.inputs.after) ?? 0,
      all / max(1, count) * (count - zeros.used)
    )
    let size = MemoryLayout<Float>.stride
    bytes = (count * size, new * size, (count - zeros.used) * size + (count + 7) / 8)
  }
}
