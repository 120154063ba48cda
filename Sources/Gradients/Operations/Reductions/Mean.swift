import Kernels
import Tensors

/// The mean of all elements, or over some dimensions: `x.mean()`, `x.mean(dim=1)`.
public struct Mean: RowOperation {
  public let reduction: Reduction

  /// Makes the operation.
  public init(_ reduction: Reduction = .whole) { self.reduction = reduction }

  public var gradientName: String {
    reduction.dimensions == nil ? "MeanBackward0" : "MeanBackward1"
  }
  public var keepsTensors: Bool { false }

  public func value(_ row: Row<Float>) throws -> Float {
    try CascadeSum.sum(row.base, count: row.count) / Float(row.count)
  }

  public func values(_ input: Tensor, _ layout: RowLayout) throws -> Tensor {
    try input.sums(layout).map { $0 / Float(layout.length) }
  }

  public func reference(_ row: Row<Double>) throws -> Double {
    try row.fold(0) { $0 += $1 } / Double(row.count)
  }

  public func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    upstream / Float(row.count)
  }
}
