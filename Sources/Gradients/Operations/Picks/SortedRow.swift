import Tensors

/// All elements in order along a dimension: `x.sort(dim)`; NaN is the largest.
public struct SortedRow: PickOperation {
  public let dimension: Int
  /// Whether the largest comes first.
  public let descending: Bool
  /// Whether equal elements keep their order; nil where that was not asked for: PyTorch names its
  /// gradient otherwise.
  public let isStable: Bool?

  /// Makes the operation.
  public init(_ dimension: Int, descending: Bool = false, isStable: Bool? = nil) {
    (self.dimension, self.descending, self.isStable) = (dimension, descending, isStable)
  }

  public var gradientName: String { isStable == nil ? "SortBackward0" : "SortBackward1" }

  public func pickCount(of length: Int) -> Int? { length }

  public func picks<Element: Ordered>(_ row: UnsafePointer<Element>, length: Int) throws -> [Int] {
    try RowOrder.sorted(row, length: length, descending: descending, isStable: isStable ?? false)
  }
}
