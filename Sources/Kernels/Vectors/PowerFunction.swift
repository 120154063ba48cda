extension Elementary {
  /// Each base to the power of its exponent, computed in double and rounded once; special values as
  /// IEEE 754's `pow`.
  ///
  /// 2 to the power of exponent · log₂ base: the error of the logarithm times an exponent of any
  /// result that a float can hold stays below a thousandth of a unit in its last place.
  @inline(__always)
  static func pow(_ base: SIMD8<Float>, _ exponent: SIMD8<Float>) -> SIMD8<Float> {
    let (x, y) = (doubles(base), doubles(exponent))
    let size = x.replacing(with: -x, where: x .< 0)
    var result = narrowed(powerOfTwo(y * binaryLogarithm(size)))
    let magnitude = exponent.replacing(with: -exponent, where: exponent .< 0)
    // From 2²⁴ on every float is even.
    let whole = exponent.rounded(.toNearestOrEven)
    let half = whole * 0.5
    let isOdd = (half .!= half.rounded(.toNearestOrEven)) .& (magnitude .< 0x1p24)
    let isNegative = unsafeBitCast(base, to: SIMD8<Int32>.self) .< 0
    result = result.replacing(
      with: .nan, where: (base .< 0) .& (base .> -.infinity) .& (whole .!= exponent))
    let negated = unsafeBitCast(
      unsafeBitCast(result, to: SIMD8<UInt32>.self) ^ 0x8000_0000, to: SIMD8<Float>.self)
    result = result.replacing(with: negated, where: isNegative .& isOdd .& (whole .== exponent))
    result = result.replacing(
      with: base + exponent, where: (base .!= base) .| (exponent .!= exponent))
    let isOne = (base .== 1) .| (exponent .== 0) .| ((base .== -1) .& (magnitude .== .infinity))
    return result.replacing(with: 1, where: isOne)
  }

  /// A base to the power of an exponent, computed in double and rounded once.
  public static func pow(_ base: Float, _ exponent: Float) -> Float {
    pow(SIMD8(repeating: base), SIMD8(repeating: exponent))[0]
  }

  /// log₂ of what is not below 0, as floats can hold it; −∞ of 0, ∞ of ∞.
  ///
  /// log₂(m · 2ᵉ) = e + 2 / ln 2 · atanh((m − 1) / (m + 1)), m in [√½, √2).
  @inline(__always)
  private static func binaryLogarithm(_ x: SIMD8<Double>) -> SIMD8<Double> {
    // Every float is a normal double.
    let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self)
    // Above √½ the sum reaches the next exponent.
    let shifted = bits &+ (0x3ff0_0000_0000_0000 &- 0x3fe6_a09e_667f_3bcd)
    let exponent =
      unsafeBitCast(
        (shifted &>> 52) | 0x4330_0000_0000_0000, to: SIMD8<Double>.self) - (0x1p52 + 1023)
    let mantissa = unsafeBitCast(
      (shifted & 0x000f_ffff_ffff_ffff) &+ 0x3fe6_a09e_667f_3bcd, to: SIMD8<Double>.self)
    let s = (mantissa - 1) / (mantissa + 1)
    let z = s * s
    var p = SIMD8<Double>(repeating: 2 / 0.6931471805599453 / 15)
    for odd: Double in [13, 11, 9, 7, 5, 3, 1] {
      p = SIMD8(repeating: 2 / 0.6931471805599453 / odd).addingProduct(p, z)
    }
    let result = exponent.addingProduct(p, s)
    return result.replacing(with: -.infinity, where: x .== 0)
      .replacing(with: .infinity, where: x .== .infinity)
  }

  /// 2 to a power; 0 and ∞ where a float's limits are passed. NaN (0 · ∞) gives 1.
  @inline(__always)
  private static func powerOfTwo(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let below = SIMD8<Double>(repeating: 0).replacing(with: x, where: x .== x)
    let capped = below.replacing(with: 200, where: below .> 200)
    let limited = capped.replacing(with: -200, where: capped .< -200)
    // Adding 1.5 · 2⁵² rounds to a whole number and leaves it in the lowest bits.
    let shifted = limited + 0x1.8p52
    let r = (limited - (shifted - 0x1.8p52)) * 0.6931471805599453
    var p = SIMD8<Double>(repeating: 1 / 362880)
    for factorial: Double in [40320, 5040, 720, 120, 24, 6, 2, 1, 1] {
      p = SIMD8(repeating: 1 / factorial).addingProduct(p, r)
    }
    let power = unsafeBitCast(shifted, to: SIMD8<UInt64>.self) &<< 52
    return unsafeBitCast(unsafeBitCast(p, to: SIMD8<UInt64>.self) &+ power, to: SIMD8<Double>.self)
  }

  @inline(__always)
  private static func narrowed(_ x: SIMD8<Double>) -> SIMD8<Float> {
    SIMD8(
      Float(x[0]), Float(x[1]), Float(x[2]), Float(x[3]), Float(x[4]), Float(x[5]), Float(x[6]),
      Float(x[7]))
  }
}
