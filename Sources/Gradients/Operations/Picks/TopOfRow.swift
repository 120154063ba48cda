import Tensors

/// The largest or smallest elements along a dimension: `x.topk(k, dim)`; NaN is the largest.
public struct TopOfRow: PickOperation {
  public let dimension: Int
  /// How many.
  public let count: Int
  /// Whether the largest are meant.
  public let isLargest: Bool
  /// Whether they come in order.
  public let isSorted: Bool

  /// Makes the operation; the caller has checked that rows have so many elements, a number by itself
  /// one.
  public init(_ count: Int, _ dimension: Int, isLargest: Bool = true, isSorted: Bool = true) {
    (self.count, self.dimension) = (count, dimension)
    (self.isLargest, self.isSorted) = (isLargest, isSorted)
  }

  public var gradientName: String { "TopkBackward0" }

  public func pickCount(of length: Int) -> Int? { count }

  public func picks<Element: Ordered>(_ row: UnsafePointer<Element>, length: Int) throws -> [Int] {
    try RowOrder.top(
      row, length: length, count: count, largest: isLargest, isSorted: isSorted)
  }
}
