/// A number as the sum of two doubles that do not overlap: some 106 significant bits.
///
/// For the few results that have to be the nearest double on every machine: Python's `**` of floats
/// and `/` of large whole numbers.
public struct DoublePair: Sendable {
  private var high: Double
  private var low: Double

  private init(_ high: Double, _ low: Double = 0) {
    self.high = high + low
    self.low = low - (self.high - high)
  }

  private init(_ whole: Int) {
    // The rest of a number near 2⁶³ whose double is 2⁶³ itself fits once the halves are apart.
    let upper = whole >> 32
    self.init(Double(upper) * 0x1p32, Double(whole - upper << 32))
  }

  /// The quotient of two whole numbers, rounded once, as Python's `/` gives it; the divisor is not 0.
  public static func quotient(_ a: Int, _ b: Int) -> Double {
    (DoublePair(a) / DoublePair(b)).high
  }

  /// A base to the power of an exponent, within 0.501 units in the last place; special values as
  /// IEEE 754's `pow`.
  public static func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 || base == 1 { return 1 }
    if base.isNaN || exponent.isNaN { return .nan }
    let isWhole = exponent == exponent.rounded()
    let isOdd = isWhole && exponent.truncatingRemainder(dividingBy: 2) != 0
    if base < 0, base.isFinite, exponent.isFinite, !isWhole { return .nan }
    let sign: Double = base.sign == .minus && isOdd ? -1 : 1
    let size = base.magnitude
    if size == 1 { return sign }
    if exponent.isInfinite { return (size > 1) == (exponent > 0) ? .infinity : 0 }
    if size == 0 || size.isInfinite {
      return sign * ((size == 0) == (exponent < 0) ? .infinity : 0)
    }
    return sign * exponential(pair(logarithmOf: size) * DoublePair(exponent))
  }

  /// The natural logarithm of a number, within 0.501 units in the last place: −∞ of 0, NaN below.
  public static func logarithm(_ x: Double) -> Double {
    if x == 0 { return -.infinity }
    guard x > 0, x.isFinite else { return x > 0 ? .infinity : .nan }
    return pair(logarithmOf: x).high
  }

  /// The natural logarithm of a positive number: one step of Newton's on e^y = x doubles the digits of
  /// a double's logarithm, which is a step from that of float32.
  private static func pair(logarithmOf x: Double) -> DoublePair {
    let turns = Double(x.exponent)
    let mantissa = x.significand
    var y = DoublePair(Double(Elementary.log(Float(mantissa))))
    for _ in 0..<3 {
      let rest = DoublePair(mantissa) * series(-y) - DoublePair(1)
      // log(1 + r) = r − r²/2 + r³/3 …
      y = y + rest - rest * rest * DoublePair(0.5)
    }
    return DoublePair(turns) * logarithmOfTwo + y
  }

  private static func exponential(_ x: DoublePair) -> Double {
    guard x.high < 710 else { return .infinity }
    guard x.high > -746 else { return 0 }
    let turns = (x.high / logarithmOfTwo.high).rounded()
    let value = series(x - DoublePair(turns) * logarithmOfTwo)
    // In two steps, because 2 to the power of `turns` alone may not be a normal number.
    let half = (turns / 2).rounded()
    let first = Double(sign: .plus, exponent: Int(half), significand: 1)
    let second = Double(sign: .plus, exponent: Int(turns - half), significand: 1)
    return value.high * first * second
  }

  /// e to the power of a value between −1 and 1: Taylor's series of its 256th part, squared 8 times.
  private static func series(_ x: DoublePair) -> DoublePair {
    let part = DoublePair(x.high / 256, x.low / 256)
    var sum = DoublePair(0)
    for k in stride(from: 14, through: 1, by: -1) {
      sum = (sum + DoublePair(1)) * part / DoublePair(Double(k))
    }
    // (1 + s)² − 1 = 2s + s² keeps the digits of a small s.
    for _ in 0..<8 { sum = sum + sum + sum * sum }
    return sum + DoublePair(1)
  }

  private static let logarithmOfTwo = DoublePair(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)

  fileprivate static prefix func - (x: DoublePair) -> DoublePair { DoublePair(-x.high, -x.low) }

  fileprivate static func + (a: DoublePair, b: DoublePair) -> DoublePair {
    let (sum, error) = exactSum(a.high, b.high)
    let (lows, rest) = exactSum(a.low, b.low)
    let first = DoublePair(sum, error + lows)
    return DoublePair(first.high, first.low + rest)
  }

  fileprivate static func - (a: DoublePair, b: DoublePair) -> DoublePair { a + -b }

  fileprivate static func * (a: DoublePair, b: DoublePair) -> DoublePair {
    let product = a.high * b.high
    let error = (-product).addingProduct(a.high, b.high)
    return DoublePair(product, error + (a.high * b.low + a.low * b.high))
  }

  fileprivate static func / (a: DoublePair, b: DoublePair) -> DoublePair {
    let first = a.high / b.high
    let rest = a - b * DoublePair(first)
    let second = rest.high / b.high
    let third = (rest - b * DoublePair(second)).high / b.high
    return DoublePair(first, second + third)
  }

  private static func exactSum(_ a: Double, _ b: Double) -> (sum: Double, error: Double) {
    let sum = a + b
    let part = sum - a
    return (sum, (a - (sum - part)) + (b - part))
  }
}
