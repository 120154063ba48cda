import Tensors

/// The first of the largest or smallest elements along a dimension: `x.max(dim)`; a NaN where one is.
public struct ExtremeOfRow: PickOperation {
  public let dimension: Int
  public let keepsDimension: Bool
  /// Whether the largest is meant.
  public let isLargest: Bool

  /// Makes the operation; the caller has checked that rows have elements.
  public init(_ dimension: Int, keepsDimension: Bool = false, isLargest: Bool) {
    (self.dimension, self.keepsDimension) = (dimension, keepsDimension)
    self.isLargest = isLargest
  }

  public var gradientName: String { isLargest ? "MaxBackward0" : "MinBackward0" }

  public func picks<Element: Ordered>(_ row: UnsafePointer<Element>, length: Int) throws -> [Int] {
    [try RowOrder.extreme(row, length: length, isLargest: isLargest)]
  }
}
