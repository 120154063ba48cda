import Gradients
import Running
import Tensors

/// A recipe for masks: what is kept or removed as one, by which score, and how many by what rule.
public struct MaskMethod: Sendable {
  /// What forms a group.
  public let structure: any SparseStructure.Type
  /// How important a group is.
  public let score: any Score.Type
  /// How a share becomes a count.
  public let rounding: Amount.Rounding
  /// Which groups go, equal scores included.
  public let selection: Selection

  /// `calculate_mask` of the paper's `Conv2d_with_DPU`.
  public static let dynamic = MaskMethod(
    structure: FilterStructure.self, score: L1Score.self, rounding: .int, selection: .removeLowest)

  /// `torch.nn.utils.prune.ln_structured(…, n=1, dim=0)`.
  public static let lnStructured = MaskMethod(
    structure: FilterStructure.self, score: L1NormInOrder.self, rounding: .even,
    selection: .keepHighest)

  /// The score of each group of a weight.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  public func scores(of weight: Variable) throws -> Variable {
    try score.scores(of: weight, in: structure.partition(of: weight.tensor.shape))
  }

  /// Chooses what of a weight takes part.
  ///
  /// - Parameters:
  ///   - weight: the weight as the layer uses it.
  ///   - share: the share of the groups to remove, from 0 to 1; after an earlier mask of those that
  ///     are left.
  ///   - earlier: a mask whose removed groups stay removed.
  /// - Returns: the mask.
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  public func mask(
    of weight: Variable, removing share: Double, after earlier: Mask? = nil
  ) throws -> Mask {
    let partition = structure.partition(of: weight.tensor.shape)
    let scores = try score.scores(of: weight, in: partition).tensor.elements
    return try Mask(
      scores: scores, of: partition, removing: .share(share, rounding), by: selection,
      after: earlier)
  }
}

extension Mask {
  /// Chooses the groups that take part.
  ///
  /// - Parameters:
  ///   - scores: a number for each group.
  ///   - partition: the groups.
  ///   - amount: how many go; after an earlier mask of those that are left.
  ///   - selection: which ones go.
  ///   - earlier: a mask of the same weight, whose removed groups stay removed.
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  public init(
    scores: [Float], of partition: Partition, removing amount: Amount, by selection: Selection,
    after earlier: Mask? = nil
  ) throws {
    guard let earlier else {
      let count = amount.removed(of: partition.count)
      try self.init(keeping: try selection.kept(scores, removing: count), of: partition)
      return
    }
    var isKept = try earlier.kept(of: partition)
    let count = try Cancellation.count(of: partition.count) { isKept[$0] }
    var next = 0
    let left = try Memory.array(mapping: count) { _ -> Int in
      while !isKept[next] { next += 1 }
      defer { next += 1 }
      return next
    }
    let chosen = try selection.kept(
      try Memory.array(mapping: left.count) { scores[left[$0]] },
      removing: amount.removed(of: left.count))
    try Cancellation.forEachPiece(of: left.count, work: 4) { piece in
      for place in piece { isKept[left[place]] = chosen[place] }
    }
    let mask = try Mask(keeping: isKept, of: partition)
    self = earlier.partition == partition ? mask : try mask.intersection(earlier)
  }
}
