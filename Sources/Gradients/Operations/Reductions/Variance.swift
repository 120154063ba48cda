import Running
import Tensors

/// The variance of all elements, or over some dimensions: `x.var()`.
///
/// Two passes in double: Σ (x − mean)² / max(0, n − correction).
public struct Variance: SpreadOperation {
  public let reduction: Reduction
  /// What is taken from n: 1 for an estimate, 0 for the mean square itself.
  public let correction: Double

  /// Makes the operation; in PyTorch a tensor without dimensions has none to name.
  public init(_ reduction: Reduction = .whole, correction: Double = 1) {
    (self.reduction, self.correction) = (reduction, correction)
  }

  public var gradientName: String { "VarBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  func spread(ofVariance variance: Double) -> Double { variance }

  /// The mean in float32: what PyTorch's gradient subtracts.
  public var hasStatistic: Bool { true }

  public func statistics(
    _ input: Tensor, _ layout: RowLayout, _ output: Tensor
  ) throws -> Tensor {
    try Mean(reduction).values(input, layout)
  }

  public func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    let freedom = Double(row.count) - correction
    // PyTorch gives this division by zero its limit only where no dimensions are named, and there
    // leaves the sign out, and whether the divisor is below zero.
    if freedom <= 0, reduction.dimensions == nil {
      return upstream * (x == row.statistic ? .nan : .infinity)
    }
    return Float(2 / freedom) * upstream * (x - row.statistic)
  }

  /// Where much cancels out in x − mean, the mean's rounding is left.
  public func magnitude(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    let freedom = max(1e-6, Double(row.count) - correction)
    return Float(2 / freedom) * upstream * (x.magnitude + row.statistic.magnitude)
  }
}

/// The standard deviation of all elements, or over some dimensions: `x.std()`; its gradient is 0 where
/// it is 0.
public struct StandardDeviation: SpreadOperation {
  private let variance: Variance

  /// Makes the operation.
  public init(_ reduction: Reduction = .whole, correction: Double = 1) {
    variance = Variance(reduction, correction: correction)
  }

  public var reduction: Reduction { variance.reduction }
  public var gradientName: String { "StdBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  var correction: Double { variance.correction }

  func spread(ofVariance variance: Double) -> Double { variance.squareRoot() }

  public var hasStatistic: Bool { true }

  public func statistics(
    _ input: Tensor, _ layout: RowLayout, _ output: Tensor
  ) throws -> Tensor {
    try variance.statistics(input, layout, output)
  }

  public func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    variance.gradient(row.y == 0 ? 0 : upstream / (row.y * 2), x: x, of: row)
  }

  public func magnitude(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    variance.magnitude(row.y == 0 ? 0 : upstream / (row.y * 2), x: x, of: row)
  }
}

/// An operation on the variance of each row: the variance, or its root.
protocol SpreadOperation: RowOperation {
  /// What is taken from n.
  var correction: Double { get }

  /// What becomes of a variance.
  func spread(ofVariance variance: Double) -> Double
}

extension SpreadOperation {
  public func value(_ row: Row<Float>) throws -> Float {
    Float(spread(ofVariance: try row.variance(correction: correction)))
  }

  public func reference(_ row: Row<Double>) throws -> Double {
    spread(ofVariance: try row.variance(correction: correction))
  }

  /// PyTorch takes the mean of a single row in float32, that of each of several in double.
  public func values(_ input: Tensor, _ layout: RowLayout) throws -> Tensor {
    guard layout.count == 1 else { return try valueOfEachRow(input, layout) }
    let mean = Double(try Mean(reduction).values(input, layout).elements[0])
    let variance = try input.withPointer {
      try Row(base: $0, count: layout.length, isContiguous: true)
        .variance(correction: correction, mean: mean)
    }
    return Tensor([Float(spread(ofVariance: variance))], shape: layout.resultShape)
  }
}

extension Row {
  /// Σ (x − mean)² / max(0, n − correction), in double; NaN where there are no elements.
  ///
  /// - Parameters:
  ///   - correction: what is taken from n.
  ///   - mean: the mean; found in double if nil.
  /// - Returns: the variance.
  /// - Throws: `Cancelled`.
  fileprivate func variance(correction: Double, mean: Double? = nil) throws -> Double {
    guard count > 0 else { return .nan }
    let mean = try mean ?? sum { $0 } / Double(count)
    let squares = try sum { ($0 - mean) * ($0 - mean) }
    return squares / max(0, Double(count) - correction)
  }

  /// Σ f(x) in eight lanes of doubles.
  @inline(__always)
  private func sum(_ f: (Double) -> Double) throws -> Double {
    var lanes = SIMD8<Double>.zero
    try Cancellation.forEachPiece(of: count / 8, work: 16) { piece in
      for row in piece {
        for lane in 0..<8 { lanes[lane] += f(Double(base[row * 8 + lane])) }
      }
    }
    var total = lanes.sum()
    for index in count / 8 * 8..<count { total += f(Double(base[index])) }
    return total
  }
}
