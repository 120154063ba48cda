import Running
import Tensors

/// Which groups go where so many must: `torch.topk` decides among equal scores, and differently in
/// the two directions.
public enum Selection: Sendable {
  /// `topk` of the lowest scores, as the paper's `calculate_mask`.
  case removeLowest
  /// `topk` of the highest among those that stay, as `torch.nn.utils.prune`.
  case keepHighest

  /// Which groups stay.
  ///
  /// - Parameters:
  ///   - scores: a number for each group.
  ///   - count: how many go.
  /// - Returns: for each score whether its group stays.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func kept(_ scores: [Float], removing count: Int) throws -> [Bool] {
    let marksKept = self == .keepHighest && count > 0
    var isKept = try Memory.array(mapping: scores.count) { _ in !marksKept }
    let marked = try scores.withUnsafeBufferPointer { scores -> [Int] in
      guard let base = scores.baseAddress else { return [] }
      return try RowOrder.top(
        base, length: scores.count, count: marksKept ? scores.count - count : count,
        largest: marksKept, isSorted: false)
    }
    try Cancellation.forEachPiece(of: marked.count, work: 4) { piece in
      for index in marked[piece] { isKept[index] = marksKept }
    }
    return isKept
  }
}
