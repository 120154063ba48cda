import Kernels
import Tensors

/// The largest or smallest of all elements, or over some dimensions: `x.max()`, `x.amax(dim=1)`; NaN
/// where one is.
///
/// The gradient is spread evenly over equal ones.
public struct Extreme: RowOperation {
  public let reduction: Reduction
  /// Whether the largest is meant.
  public let isLargest: Bool
  /// Whether it is PyTorch's `max()` or `min()`, and not `amax` or `amin`.
  private let isPlain: Bool

  /// Makes `amax` or `amin`.
  public init(_ reduction: Reduction, isLargest: Bool) {
    (self.reduction, self.isLargest, isPlain) = (reduction, isLargest, false)
  }

  /// Makes `max()` or `min()`: of all elements, of which there is at least one.
  public init(isLargest: Bool) {
    (reduction, self.isLargest, isPlain) = (.whole, isLargest, true)
  }

  public var gradientName: String {
    switch (isPlain, isLargest) {
    case (true, true): "MaxBackward1"
    case (true, false): "MinBackward1"
    case (false, true): "AmaxBackward0"
    case (false, false): "AminBackward0"
    }
  }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value(_ row: Row<Float>) throws -> Float {
    isPlain
      ? try RowFolds.extremeOfAll(row.base, count: row.count, isLargest: isLargest)
      : try RowFolds.extreme(row.base, count: row.count, isLargest: isLargest)
  }

  public func reference(_ row: Row<Double>) throws -> Double {
    try row.fold(isLargest ? -.infinity : .infinity) {
      $0 = (isLargest ? $1 > $0 : $1 < $0) || $1.isNaN ? $1 : $0
    }
  }

  /// How many elements are the largest.
  public var hasStatistic: Bool { true }

  public func statistic(_ row: Row<Float>, y: Float) throws -> Float {
    // `amax` finds none where one is NaN, and divides by that.
    let countsNaN = isPlain && y.isNaN
    return Float(try row.count { $0 == y || countsNaN && $0.isNaN })
  }

  public func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    let share = upstream / row.statistic
    let isChosen = x == row.y || isPlain && x.isNaN && row.y.isNaN
    return isPlain ? (isChosen ? share : 0) : share * (isChosen ? 1 : 0)
  }

  public func block(x: Float, of row: RowResult) -> GradientBlock? {
    x == row.y ? nil : .notChosen
  }

  public var hasBranches: Bool { true }

  public func branch(_ x: Double, of y: Double) -> Int { x == y ? 1 : 0 }
}
