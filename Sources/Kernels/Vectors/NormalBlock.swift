/// Sixteen uniform values to sixteen normal ones, as PyTorch's vectorized `normal_` computes them.
///
/// Box and Muller in float32 with the single-precision polynomials of the Cephes library. Each
/// multiplication that feeds one addition or subtraction is fused with it, as compilers contract
/// the public vector versions; without that one value in a hundred differs in its last bit.
public enum NormalBlock {
  /// Replaces `block[0..<16]`, uniform in [0, 1), by standard normal values.
  public static func transform(_ block: UnsafeMutablePointer<Float>) {
    let raw = UnsafeMutableRawPointer(block)
    let first = raw.loadUnaligned(as: SIMD8<Float>.self)
    let second = raw.loadUnaligned(fromByteOffset: 32, as: SIMD8<Float>.self)
    let radius = (-2 * log(1 - first)).squareRoot()
    // Float.pi is rounded towards zero; 2π to the nearest float is what C rounds the constant to.
    let (sine, cosine) = sineAndCosine(second * 6.2831853071795864769)
    // PyTorch scales and shifts by 1 and 0; adding 0 turns -0 into 0.
    raw.storeBytes(of: radius * cosine + 0, as: SIMD8<Float>.self)
    raw.storeBytes(of: radius * sine + 0, toByteOffset: 32, as: SIMD8<Float>.self)
  }

  /// The natural logarithm of values in (0, 1] (Cephes' logf).
  private static func log(_ value: SIMD8<Float>) -> SIMD8<Float> {
    let least = SIMD8<Float>(repeating: .leastNormalMagnitude)
    let bits = unsafeBitCast(
      value.replacing(with: least, where: value .< least), to: SIMD8<UInt32>.self)
    var exponent = floats(signed(bits &>> 23) &- 126)
    var x = unsafeBitCast((bits & 0x007f_ffff) | 0x3f00_0000, to: SIMD8<Float>.self)
    let isSmall = x .< 0.707106781186547524
    let extra = x.replacing(with: 0, where: .!isSmall)
    x -= 1
    exponent -= SIMD8<Float>(repeating: 1).replacing(with: 0, where: .!isSmall)
    x += extra
    let z = x * x
    var y = SIMD8<Float>(repeating: 7.0376836292e-2)
    for coefficient: Float in [
      -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ] {
      y = SIMD8(repeating: coefficient).addingProduct(y, x)
    }
    y = (exponent * -2.12194440e-4).addingProduct(y * x, z)
    y = y.addingProduct(z, SIMD8(repeating: -0.5))
    return (x + y).addingProduct(exponent, SIMD8(repeating: 0.693359375))
  }

  /// Sine and cosine of non-negative angles (Cephes' sinf and cosf, evaluated together).
  private static func sineAndCosine(
    _ angle: SIMD8<Float>
  ) -> (sine: SIMD8<Float>, cosine: SIMD8<Float>) {
    let octant = (wholes(angle * 1.27323954473516) &+ 1) & ~1
    let turns = floats(octant)
    var x = angle
    for part: Float in [-0.78515625, -2.4187564849853515625e-4, -3.77489497744594108e-8] {
      x = x.addingProduct(turns, SIMD8(repeating: part))
    }
    let z = x * x
    var even = SIMD8<Float>(repeating: 2.443315711809948e-5)
    even = SIMD8(repeating: -1.388731625493765e-3).addingProduct(even, z)
    even = SIMD8(repeating: 4.166664568298827e-2).addingProduct(even, z)
    even = (z * -0.5).addingProduct(even * z, z) + 1
    var odd = SIMD8<Float>(repeating: -1.9515295891e-4)
    odd = SIMD8(repeating: 8.3321608736e-3).addingProduct(odd, z)
    odd = SIMD8(repeating: -1.6666654611e-1).addingProduct(odd, z)
    odd = x.addingProduct(odd * z, x)
    let swaps = (octant & 2) .!= 0
    let sine = odd.replacing(with: even, where: swaps)
    let cosine = even.replacing(with: odd, where: swaps)
    let sineSign = octant & 4
    let cosineSign = ~(octant &- 2) & 4
    return (flip(sine, by: sineSign), flip(cosine, by: cosineSign))
  }

  /// Negates the lanes whose bit 2 is set.
  private static func flip(_ value: SIMD8<Float>, by bit: SIMD8<Int32>) -> SIMD8<Float> {
    let sign = unsigned(bit) &<< 29
    return unsafeBitCast(unsafeBitCast(value, to: SIMD8<UInt32>.self) ^ sign, to: SIMD8<Float>.self)
  }
}
