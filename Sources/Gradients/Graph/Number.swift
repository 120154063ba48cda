import Kernels

/// What an operation on one element computes with: float32 for the result, double for the reference.
public protocol Number: BinaryFloatingPoint & Sendable {
  /// e to the power of a value.
  static func exp(_ value: Self) -> Self

  /// The natural logarithm of a value.
  static func log(_ value: Self) -> Self

  /// The hyperbolic tangent of a value.
  static func tanh(_ value: Self) -> Self

  /// A base to the power of an exponent, special values as IEEE 754's `pow`.
  static func pow(_ base: Self, _ exponent: Self) -> Self

  /// What a division cut off at the point leaves, with the sign of the dividend: C's `fmod`, exact.
  static func rest(_ dividend: Self, _ divisor: Self) -> Self
}

/// The project's own polynomials: the same bits on every machine.
extension Float: Number {
  public static func exp(_ value: Float) -> Float { Elementary.exp(value) }
  public static func log(_ value: Float) -> Float { Elementary.log(value) }
  public static func tanh(_ value: Float) -> Float { Elementary.tanh(value) }
  public static func pow(_ base: Float, _ exponent: Float) -> Float {
    Elementary.pow(base, exponent)
  }

  // Quotients below 2²⁷ are cut off rightly in double, and their products with a float are exact: ten
  // times as fast as the general way.
  public static func rest(_ dividend: Float, _ divisor: Float) -> Float {
    let (x, y) = (Double(dividend), Double(divisor))
    let quotient = (x / y).rounded(.towardZero)
    guard quotient.magnitude < 0x1p27, divisor.isFinite else {
      return dividend.truncatingRemainder(dividingBy: divisor)
    }
    return Float(signOf: dividend, magnitudeOf: Float(x.addingProduct(-quotient, y)))
  }
}

/// The C library's functions: a reference must not share the kernels' polynomials.
extension Double: Number {
  public static func exp(_ value: Double) -> Double { ReferenceMath.exponential(value) }
  public static func log(_ value: Double) -> Double { ReferenceMath.logarithm(value) }
  public static func tanh(_ value: Double) -> Double { ReferenceMath.hyperbolicTangent(value) }
  public static func pow(_ base: Double, _ exponent: Double) -> Double {
    ReferenceMath.power(base, exponent)
  }
  public static func rest(_ dividend: Double, _ divisor: Double) -> Double {
    dividend.truncatingRemainder(dividingBy: divisor)
  }
}
