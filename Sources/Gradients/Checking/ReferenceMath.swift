import CLibrary

/// The C library's functions in double, for the plain references alone.
///
/// A reference must not share the kernels' polynomials. Foundation has these too, but brings 30 MB
/// of tables and their relocations to every start of a program.
enum ReferenceMath {
  /// e to the power of a value.
  static func exponential(_ value: Double) -> Double { exp(value) }

  /// The natural logarithm of a value.
  static func logarithm(_ value: Double) -> Double { log(value) }

  /// The hyperbolic tangent of a value.
  static func hyperbolicTangent(_ value: Double) -> Double { tanh(value) }

  /// A base to the power of an exponent.
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
