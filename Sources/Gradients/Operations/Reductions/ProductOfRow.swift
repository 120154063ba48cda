import Kernels
import Tensors

/// The product of all elements, or over one dimension: `x.prod()`.
///
/// The gradient of an element is the product of the others: y / x, and where one element alone is 0 that
/// of those that are not.
public struct ProductOfRow: RowOperation {
  public let reduction: Reduction

  /// Makes the operation.
  public init(_ reduction: Reduction = .whole) { self.reduction = reduction }

  public var gradientName: String {
    reduction.dimensions == nil ? "ProdBackward0" : "ProdBackward1"
  }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value(_ row: Row<Float>) throws -> Float {
    row.isContiguous
      ? try RowFolds.product(row.base, count: row.count) : try row.fold(1) { $0 *= $1 }
  }

  public func reference(_ row: Row<Double>) throws -> Double { try row.fold(1) { $0 *= $1 } }

  /// The product of what is not zero where one element is, 0 where several are.
  public var hasStatistic: Bool { true }

  public func statistic(_ row: Row<Float>, y: Float) throws -> Float {
    guard y == 0 || y.isNaN else { return 0 }
    guard try row.count(where: { $0 == 0 }) == 1 else { return 0 }
    return Float(try row.fold(1.0) { $0 *= $1 == 0 ? 1 : Double($1) })
  }

  public func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    upstream * (x == 0 ? row.statistic : row.y / x)
  }
}
