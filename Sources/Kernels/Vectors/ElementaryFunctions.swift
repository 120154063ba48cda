/// exp, log, tanh and the logistic function in float32, the same bits on every machine.
///
/// Eight lanes at a time with the polynomials of Cephes' single-precision functions (S. Moshier,
/// public domain), every multiplication that feeds an addition fused. One value goes through the
/// same lanes, so that vectors and single values agree.
public enum Elementary {
  /// eˣ, within one unit in the last place.
  @inline(__always)
  static func exp(_ x: SIMD8<Float>) -> SIMD8<Float> {
    // Past these limits the result is 0 or infinity anyway, and powers of two stay in range.
    let (mantissa, shifted) = halfExp(clamp(x, -104, 89))
    // In two steps, because 2 to that power alone may not be a normal number.
    let power = shifted &- Int32(bitPattern: Float(0x1.8p23).bitPattern)
    let half = power &>> 1
    let result = mantissa * powerOfTwo(half) * powerOfTwo(power &- half)
    return result.replacing(with: x, where: x .!= x)
  }

  /// The same bits of several vectors, in half of the time where every result is a normal number.
  @inline(__always)
  static func exp<let count: Int>(
    _ vectors: InlineArray<count, SIMD8<Float>>
  ) -> InlineArray<count, SIMD8<Float>> {
    var result = vectors
    // Without their signs floats are in order as whole numbers, NaN above all.
    var rest = SIMD8<Int32>.zero
    for place in 0..<count {
      let magnitude = unsafeBitCast(absolute(vectors[place]), to: SIMD8<Int32>.self)
      rest |= Int32(bitPattern: Float(87).bitPattern) &- magnitude
    }
    let four = unsafeBitCast(rest, to: SIMD4<UInt64>.self)
    let two = four.lowHalf | four.highHalf
    if (two[0] | two[1]) & 0x8000_0000_8000_0000 == 0 {
      for place in 0..<count {
        let (mantissa, shifted) = halfExp(vectors[place])
        // The power goes straight to the exponent; the other bits of the sum are shifted out.
        let bits = unsafeBitCast(mantissa, to: SIMD8<Int32>.self) &+ (shifted &<< 23)
        result[place] = unsafeBitCast(bits, to: SIMD8<Float>.self)
      }
    } else {
      for place in 0..<count { result[place] = exp(vectors[place]) }
    }
    return result
  }

  /// eˣ as a number near 1 and the power of two that it is to be multiplied by, which is added to the
  /// bits of 1.5 · 2²³.
  @inline(__always)
  private static func halfExp(
    _ x: SIMD8<Float>
  ) -> (mantissa: SIMD8<Float>, shifted: SIMD8<Int32>) {
    // Adding 1.5 · 2²³ rounds to a whole number and leaves it in the lowest bits.
    let shifted = x * 1.44269504088896341 + 0x1.8p23
    let turns = shifted - 0x1.8p23
    var r = x.addingProduct(turns, SIMD8(repeating: -0.693359375))
    r = r.addingProduct(turns, SIMD8(repeating: 2.12194440e-4))
    // Written out: the compiler calls a function with a loop over the coefficients.
    var p = SIMD8<Float>(repeating: 1.9875691500e-4)
    p = SIMD8(repeating: 1.3981999507e-3).addingProduct(p, r)
    p = SIMD8(repeating: 8.3334519073e-3).addingProduct(p, r)
    p = SIMD8(repeating: 4.1665795894e-2).addingProduct(p, r)
    p = SIMD8(repeating: 1.6666665459e-1).addingProduct(p, r)
    p = SIMD8(repeating: 5.0000001201e-1).addingProduct(p, r)
    return (1 + r.addingProduct(p, r * r), unsafeBitCast(shifted, to: SIMD8<Int32>.self))
  }

  /// The natural logarithm, within one unit in the last place; NaN below 0, −∞ at 0.
  @inline(__always)
  static func log(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let isTiny = x .< Float.leastNormalMagnitude
    let scaled = x.replacing(with: x * 0x1p23, where: isTiny)
    let bits = unsafeBitCast(scaled, to: SIMD8<UInt32>.self)
    var exponent = floats(signed(bits &>> 23) &- 126)
    exponent -= SIMD8<Float>.zero.replacing(with: 23, where: isTiny)
    var m = unsafeBitCast((bits & 0x007f_ffff) | 0x3f00_0000, to: SIMD8<Float>.self)
    let isSmall = m .< 0.707106781186547524
    exponent -= SIMD8<Float>.zero.replacing(with: 1, where: isSmall)
    m = m.replacing(with: m + m, where: isSmall) - 1
    let z = m * m
    var p = SIMD8<Float>(repeating: 7.0376836292e-2)
    for coefficient: Float in [
      -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ] {
      p = SIMD8(repeating: coefficient).addingProduct(p, m)
    }
    var y = (p * m * z).addingProduct(exponent, SIMD8(repeating: -2.12194440e-4))
    y = y.addingProduct(z, SIMD8(repeating: -0.5))
    var result = (m + y).addingProduct(exponent, SIMD8(repeating: 0.693359375))
    result = result.replacing(with: x, where: x .== .infinity)
    result = result.replacing(with: -.infinity, where: x .== 0)
    return result.replacing(with: .nan, where: .!(x .>= 0))
  }

  /// The hyperbolic tangent, within two units in the last place.
  @inline(__always)
  static func tanh(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let z = x * x
    var p = SIMD8<Float>(repeating: -5.70498872745e-3)
    for coefficient: Float in [
      2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
    ] {
      p = SIMD8(repeating: coefficient).addingProduct(p, z)
    }
    // The product is −0 where x is; added to x that would be +0.
    let near = x.addingProduct(p * z, x).replacing(with: x, where: x .== 0)
    let magnitude = absolute(x)
    let far = 1 - 2 / (exp(magnitude + magnitude) + 1)
    let signed = far.replacing(with: -far, where: x .< 0)
    return near.replacing(with: signed, where: magnitude .>= 0.625)
  }

  /// The logistic function 1 / (1 + e⁻ˣ), within two units in the last place; 0 where e⁻ˣ is no
  /// float, as in PyTorch.
  @inline(__always)
  static func sigmoid(_ x: SIMD8<Float>) -> SIMD8<Float> { 1 / (1 + exp(-x)) }

  /// eˣ, within one unit in the last place.
  ///
  /// - Parameter x: any value.
  /// - Returns: eˣ; NaN for NaN.
  public static func exp(_ x: Float) -> Float { exp(SIMD8(repeating: x))[0] }

  /// The natural logarithm, within one unit in the last place.
  ///
  /// - Parameter x: any value.
  /// - Returns: its logarithm; NaN below 0, −∞ at 0.
  public static func log(_ x: Float) -> Float { log(SIMD8(repeating: x))[0] }

  /// The hyperbolic tangent, within two units in the last place.
  ///
  /// - Parameter x: any value.
  /// - Returns: its hyperbolic tangent.
  public static func tanh(_ x: Float) -> Float { tanh(SIMD8(repeating: x))[0] }

  /// The logistic function 1 / (1 + e⁻ˣ), within two units in the last place; 0 where e⁻ˣ is no
  /// float, as in PyTorch.
  ///
  /// - Parameter x: any value.
  /// - Returns: its logistic function, from 0 to 1.
  public static func sigmoid(_ x: Float) -> Float { sigmoid(SIMD8(repeating: x))[0] }

  @inline(__always)
  private static func powerOfTwo(_ exponent: SIMD8<Int32>) -> SIMD8<Float> {
    unsafeBitCast((exponent &+ 127) &<< 23, to: SIMD8<Float>.self)
  }

  @inline(__always)
  private static func clamp(_ x: SIMD8<Float>, _ low: Float, _ high: Float) -> SIMD8<Float> {
    // NaN compares false and takes the upper limit; the caller puts it back.
    let below = SIMD8<Float>(repeating: high).replacing(with: x, where: x .< high)
    return below.replacing(with: low, where: below .< low)
  }

  @inline(__always)
  private static func absolute(_ x: SIMD8<Float>) -> SIMD8<Float> {
    unsafeBitCast(unsafeBitCast(x, to: SIMD8<UInt32>.self) & 0x7fff_ffff, to: SIMD8<Float>.self)
  }
}
