/// Logarithm, sine and cosine in double for the generator, and for the axes of plots.
///
/// The project's own, so that no C library's last bits reach a session; errors stay below one unit
/// in the last place of a double, far below what a float32 shows.
package enum DoubleMath {
  /// The natural logarithm of a positive normal number.
  ///
  /// log(m · 2^e) = e · log 2 + 2 · atanh(s), s = (m − 1) / (m + 1), m in [√½, √2).
  package static func log(_ value: Double) -> Double {
    var exponent = Double(value.exponent)
    var mantissa = value.significand
    if mantissa > 2.0.squareRoot() {
      mantissa /= 2
      exponent += 1
    }
    let f = mantissa - 1
    let s = f / (mantissa + 1)
    let square = s * s
    var series = 0.0
    for odd in stride(from: 25, through: 3, by: -2) { series = (series + 1 / Double(odd)) * square }
    // log 2 in two parts: the first one times an exponent is exact. f − s·(f − 2·series) is
    // 2·atanh(s) with s = f / (2 + f), written so that f, the largest term, stays exact.
    let (high, low) = (0x1.62e42fee00000p-1, 0x1.a39ef35793c76p-33)
    return exponent * high + (f - (s * (f - 2 * series) - exponent * low))
  }

  /// Sine and cosine of an angle in [0, 2π].
  static func sineAndCosine(ofTurn angle: Double) -> (sine: Double, cosine: Double) {
    let quarter = (angle * (2 / Double.pi)).rounded(.toNearestOrEven)
    // π/2 in three parts (Cody and Waite); each product with a quarter 0…4 is exact.
    let (first, second, third) = (
      0x1.921fb54400000p+0, 0x1.0b4611a600000p-34, 0x1.3198a2e037073p-69
    )
    let x = ((angle - quarter * first) - quarter * second) - quarter * third
    let square = x * x
    var sine = 0.0
    for k in stride(from: 19, through: 3, by: -2) {
      sine = (1 + sine) * -square / Double(k * (k - 1))
    }
    var cosine = 0.0
    for k in stride(from: 20, through: 4, by: -2) {
      cosine = (1 + cosine) * -square / Double(k * (k - 1))
    }
    sine = x + x * sine
    cosine = 1 - square / 2 * (1 + cosine)
    switch Int(quarter) % 4 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }
}
