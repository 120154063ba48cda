import Kernels
import Running
import Tensors

/// The p-norm (Σ |x|ᵖ)^(1/p) of all elements, or over some dimensions: `x.norm(p)`.
///
/// p = 0 counts what is not zero, ∞ is the largest |x| and −∞ the smallest. The gradient is 0 where the
/// norm is; none comes back through p = 0, as in PyTorch.
public struct VectorNorm: RowOperation {
  public let reduction: Reduction
  /// The exponent.
  public let p: Double

  /// Makes the operation.
  public init(_ reduction: Reduction = .whole, p: Double = 2) {
    (self.reduction, self.p) = (reduction, p)
  }

  public var gradientName: String { "LinalgVectorNormBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value(_ row: Row<Float>) throws -> Float {
    // PyTorch takes the magnitude of a single element as it is: its square may be no float32.
    if row.count == 1, p != 0 { return row.base[0].magnitude }
    if p == 2, row.isContiguous {
      return try RowFolds.squares(row.base, count: row.count).squareRoot()
    }
    if p.isFinite, ![0, 1, 2].contains(p) {
      let sum = try RowFolds.powers(row.base, count: row.count, exponent: Float(p))
      return Float.pow(sum, 1 / Float(p))
    }
    return try norm(row)
  }

  public func reference(_ row: Row<Double>) throws -> Double { try norm(row) }

  private func norm<N: Number>(_ row: Row<N>) throws -> N {
    switch p {
    case 0: return N(try row.count { $0 != 0 })
    case 1: return try row.fold(0) { $0 += $1.magnitude }
    case 2: return try row.fold(0) { $0 += $1 * $1 }.squareRoot()
    case .infinity:
      return try row.fold(0) { $0 = $1.magnitude > $0 || $1.isNaN ? $1.magnitude : $0 }
    case -.infinity:
      return try row.fold(N.infinity) { $0 = $1.magnitude < $0 || $1.isNaN ? $1.magnitude : $0 }
    default:
      let p = N(p)
      return N.pow(try row.fold(0, work: 32) { $0 += N.pow($1.magnitude, p) }, 1 / p)
    }
  }

  /// How many elements have the largest or the smallest magnitude.
  public var hasStatistic: Bool { p.isInfinite }

  public func statistic(_ row: Row<Float>, y: Float) throws -> Float {
    Float(try row.count { $0.magnitude == y || $0.isNaN })
  }

  public var hasGradient: Bool { p != 0 }

  public func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float {
    let y = row.y
    let sign: Float = x > 0 ? 1 : x < 0 ? -1 : 0
    switch p {
    case 1: return sign * upstream
    case 2: return upstream * (y == 0 ? 0 : x / y)
    case .infinity, -.infinity:
      return sign * (upstream / row.statistic * (x.magnitude == y || x.isNaN ? 1 : 0))
    case ..<1:
      let scaled = x == 0 ? 0 : sign * x.magnitude.raised(toNumber: Float(p - 1))
      return scaled * upstream * y.raised(toNumber: Float(1 - p))
    case ..<2:
      let scaled = sign * x.magnitude.raised(toNumber: Float(p - 1))
      return scaled * (y == 0 ? 0 : upstream / y.raised(toNumber: Float(p - 1)))
    default:
      let scaled = x * x.magnitude.raised(toNumber: Float(p - 2))
      return scaled * (y == 0 ? 0 : upstream / y.raised(toNumber: Float(p - 1)))
    }
  }

  public func block(x: Float, of row: RowResult) -> GradientBlock? {
    p.isInfinite && x.magnitude != row.y ? .notChosen : nil
  }

  /// A corner at 0, and which element has the largest magnitude.
  public var hasBranches: Bool { true }

  public func branch(_ x: Double, of y: Double) -> Int {
    let side = x > 0 ? 1 : x < 0 ? -1 : 0
    return switch p {
    case .infinity, -.infinity: x.magnitude == y ? side : 2
    case 0: x == 0 ? 0 : 1
    default: p == 2 ? (y == 0 ? 0 : 1) : side
    }
  }
}
