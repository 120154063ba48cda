import Running
import Tensors

/// Which groups go where so many must: among equal scores `torch.topk` decides, differently in the
/// two directions, or all of them go.
public enum Selection: Sendable {
  /// `topk` of the lowest scores, as the paper's `calculate_mask`.
  case removeLowest
  /// `topk` of the highest among those that stay, as `torch.nn.utils.prune`.
  case keepHighest
  /// `topk` of the highest go, as in `random_unstructured`.
  case removeHighest
  /// Whatever is not above `kthvalue` goes, as in `random_structured`: more where scores are equal.
  case removeUpToLowest

  /// Which groups stay.
  ///
  /// - Parameters:
  ///   - scores: a number for each group.
  ///   - count: how many go.
  /// - Returns: for each score whether its group stays.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func kept(_ scores: [Float], removing count: Int) throws -> [Bool] {
    let marksKept = self == .keepHighest && count > 0
    if self == .removeUpToLowest, count > 0 {
      let threshold = try scores.withUnsafeBufferPointer { scores -> Float in
        guard let base = scores.baseAddress else { return 0 }
        return base[try RowOrder.ranked(count - 1, base, length: scores.count)]
      }
      return try Memory.array(mapping: scores.count) { scores[$0] > threshold }
    }
    var isKept = try Memory.array(mapping: scores.count) { _ in !marksKept }
    let marked = try scores.withUnsafeBufferPointer { scores -> [Int] in
      guard let base = scores.baseAddress else { return [] }
      return try RowOrder.top(
        base, length: scores.count, count: marksKept ? scores.count - count : count,
        largest: marksKept || self == .removeHighest, isSorted: false)
    }
    try Cancellation.forEachPiece(of: marked.count, work: 4) { piece in
      for index in marked[piece] { isKept[index] = marksKept }
    }
    return isKept
  }

  /// Which groups of a partition stay, each line of a contest by itself.
  ///
  /// - Parameters:
  ///   - scores: a number for each group.
  ///   - partition: the groups.
  ///   - amount: how many go, where each competes with all others.
  /// - Returns: for each group whether it stays.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func kept(
    _ scores: [Float], of partition: Partition, removing amount: Amount
  ) throws -> [Bool] {
    guard let contest = partition.contest else {
      return try kept(scores, removing: amount.removed(of: scores.count))
    }
    var isKept = try Memory.array(mapping: scores.count) { _ in true }
    let lines = partition.lineCount(of: contest)
    try Cancellation.forEachPiece(of: lines, work: 64) { piece in
      for number in piece {
        let line = partition.line(number, of: contest)
        let stays = try kept(line.map { scores[$0] }, removing: contest.removed)
        for (group, stays) in zip(line, stays) { isKept[group] = stays }
      }
    }
    return isKept
  }
}
