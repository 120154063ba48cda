import Running
import Tensors

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
      let kept = try selection.kept(scores, of: partition, removing: amount)
      try self.init(keeping: kept, of: partition)
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
