/// How Python writes a float.
public enum PythonNumber {
  /// `repr` of a float: the shortest digits that read back as the same number.
  public static func text(_ number: Double) -> String {
    // Swift's description finds the same digits and differs only in where it turns to exponents.
    if number.isNaN { return "nan" }
    let magnitude = number.magnitude
    guard magnitude >= 1e-4 && magnitude < 1e16 || number == 0 || !number.isFinite else {
      let parts = "\(number)".split(separator: "e")
      guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(number)" }
      let mantissa = parts[0].hasSuffix(".0") ? parts[0].dropLast(2) : parts[0]
      let digits = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(digits)"
    }
    return "\(number)"
  }
}
