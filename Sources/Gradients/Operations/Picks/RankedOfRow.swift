import Tensors

/// The element of a rank along a dimension, 1 for the smallest: `x.kthvalue(k, dim)`.
public struct RankedOfRow: PickOperation {
  public let dimension: Int
  public let keepsDimension: Bool
  /// The rank.
  public let rank: Int

  /// Makes the operation; the caller has checked that rows have so many elements.
  public init(_ rank: Int, _ dimension: Int, keepsDimension: Bool = false) {
    (self.dimension, self.keepsDimension) = (dimension, keepsDimension)
    self.rank = rank
  }

  public var gradientName: String { "KthvalueBackward0" }

  public func picks<Element: Ordered>(_ row: UnsafePointer<Element>, length: Int) throws -> [Int] {
    [try RowOrder.ranked(rank - 1, row, length: length)]
  }
}
