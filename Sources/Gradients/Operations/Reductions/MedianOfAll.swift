import Tensors

/// The lower median of all elements: `x.median()`; NaN where one is, or where there are none.
///
/// The gradient is spread evenly over equal ones.
public struct MedianOfAll: RowOperation {
  /// Makes the operation.
  public init() {}

  public var reduction: Reduction { .whole }
  public var gradientName: String { "MedianBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value(_ row: Row<Float>) throws -> Float {
    try median(row)
  }

  public func reference(_ row: Row<Double>) throws -> Double {
    try median(row)
  }

  private func median<N: Number & Ordered>(_ row: Row<N>) throws -> N {
    guard row.count > 0 else { return .nan }
    return row.base[try RowOrder.median(row.base, length: row.count, inOrder: false)]
  }

  public var hasStatistic: Bool { true }

  public func statistic(_ row: Row<Float>, y: Float) throws -> Float {
    Float(try row.count { $0 == y || y.isNaN && $0.isNaN })
  }

  public func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    x == row.y || row.y.isNaN && x.isNaN ? upstream / row.statistic : 0
  }

  public func block(x: Float, of row: RowResult) -> GradientBlock? {
    x == row.y ? nil : .notChosen
  }

  public var hasBranches: Bool { true }

  public func branch(_ x: Double, of y: Double) -> Int { x == y ? 0 : x < y ? -1 : 1 }
}
