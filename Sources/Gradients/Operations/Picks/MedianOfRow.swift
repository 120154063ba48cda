import Tensors

/// The lower median along a dimension: `x.median(dim)`; the first NaN where one is.
public struct MedianOfRow: PickOperation {
  public let dimension: Int
  public let keepsDimension: Bool

  /// Makes the operation; the caller has checked that rows have elements.
  public init(_ dimension: Int, keepsDimension: Bool = false) {
    (self.dimension, self.keepsDimension) = (dimension, keepsDimension)
  }

  public var gradientName: String { "MedianBackward1" }

  public func picks<Element: Ordered>(_ row: UnsafePointer<Element>, length: Int) throws -> [Int] {
    [try RowOrder.median(row, length: length, inOrder: true)]
  }
}
