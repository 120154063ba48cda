import Kernels

/// Python's operators between numbers, as far as 64 bits and reals go.
enum PythonArithmetic {
  /// The value of `a op b`.
  ///
  /// - Throws: ``Refusal`` for what Python refuses, and for what would need more than 64 bits or a
  ///   complex number.
  static func value(_ op: BinaryOperator, _ a: Scalar, _ b: Scalar) throws(Refusal) -> Scalar {
    if let order = op.order { return .boolean(order(comparison(a, b))) }
    if op == .matrixMultiply { throw .notForNumbers(op) }
    if case .boolean(let a) = a, case .boolean(let b) = b, let value = truth(op, a, b) {
      return .boolean(value)
    }
    if let first = a.integer, let second = b.integer {
      return try whole(op, first, second)
    }
    return try .float(real(op, a.double, b.double))
  }

  /// The value of `op a`.
  ///
  /// - Throws: ``Refusal`` for what Python refuses, and for what would need more than 64 bits.
  static func value(_ op: UnaryOperator, _ a: Scalar) throws(Refusal) -> Scalar {
    switch op {
    case .plus: return a.integer.map(Scalar.integer) ?? a
    case .minus:
      guard let whole = a.integer else { return .float(-a.double) }
      return .integer(try exact(Int(0).subtractingReportingOverflow(whole)))
    case .invert:
      guard let whole = a.integer else { throw .inverseOfFloat() }
      return .integer(~whole)
    }
  }

  /// `& | ^` of truth values stay truth values.
  private static func truth(_ op: BinaryOperator, _ a: Bool, _ b: Bool) -> Bool? {
    switch op {
    case .and: a && b
    case .or: a || b
    case .exclusiveOr: a != b
    default: nil
    }
  }

  private static func whole(
    _ op: BinaryOperator, _ a: Int, _ b: Int
  ) throws(Refusal) -> Scalar {
    switch op {
    case .add: return .integer(try exact(a.addingReportingOverflow(b)))
    case .subtract: return .integer(try exact(a.subtractingReportingOverflow(b)))
    case .multiply: return .integer(try exact(a.multipliedReportingOverflow(by: b)))
    case .and: return .integer(a & b)
    case .or: return .integer(a | b)
    case .exclusiveOr: return .integer(a ^ b)
    case .divide:
      guard b != 0 else { throw .divisionByZero() }
      return .float(DoublePair.quotient(a, b))
    case .floorDivide:
      guard b != 0 else { throw .divisionByZero() }
      let quotient = try exact(a.dividedReportingOverflow(by: b))
      return .integer(a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient)
    case .remainder:
      guard b != 0 else { throw .divisionByZero() }
      let rest = a.remainderReportingOverflow(dividingBy: b).partialValue
      return .integer(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest)
    case .power:
      guard b >= 0 else { return .float(try real(op, Double(a), Double(b))) }
      return .integer(try power(a, b))
    default: throw .notForNumbers(op)
    }
  }

  private static func power(_ base: Int, _ exponent: Int) throws(Refusal) -> Int {
    var (result, factor, rest) = (1, base, exponent)
    while true {
      if rest & 1 == 1 { result = try exact(result.multipliedReportingOverflow(by: factor)) }
      rest >>= 1
      if rest == 0 { return result }
      // 1, 0 and -1 never grow; what does is refused long before the exponent is used up.
      factor = try exact(factor.multipliedReportingOverflow(by: factor))
    }
  }

  private static func real(
    _ op: BinaryOperator, _ a: Double, _ b: Double
  ) throws(Refusal) -> Double {
    switch op {
    case .add: return a + b
    case .subtract: return a - b
    case .multiply: return a * b
    case .divide:
      guard b != 0 else { throw .divisionByZero() }
      return a / b
    case .floorDivide:
      guard b != 0 else { throw .divisionByZero() }
      return quotientAndRest(a, b).quotient
    case .remainder:
      guard b != 0 else { throw .divisionByZero() }
      return quotientAndRest(a, b).rest
    case .power:
      if a == 0, b < 0 { throw .zeroToNegative() }
      if a < 0, a.isFinite, b.isFinite, b != b.rounded() { throw .complex() }
      let power = DoublePair.power(a, b)
      guard power.isFinite || !a.isFinite || !b.isFinite else { throw .tooLargeForFloat() }
      return power
    default: throw .bitsOfFloat(op)
    }
  }

  /// Python's `divmod` of floats: the quotient rounded down, and a rest with the sign of the divisor.
  private static func quotientAndRest(
    _ a: Double, _ b: Double
  ) -> (quotient: Double, rest: Double) {
    var rest = a.truncatingRemainder(dividingBy: b)
    var quotient = (a - rest) / b
    if rest == 0 {
      rest = Double(signOf: b, magnitudeOf: 0)
    } else if (b < 0) != (rest < 0) {
      rest += b
      quotient -= 1
    }
    guard quotient != 0 else { return (Double(signOf: a / b, magnitudeOf: 0), rest) }
    let floor = quotient.rounded(.down)
    return (quotient - floor > 0.5 ? floor + 1 : floor, rest)
  }

  private static func exact(
    _ result: (partialValue: Int, overflow: Bool)
  ) throws(Refusal) -> Int {
    guard !result.overflow else { throw .tooLargeForWhole() }
    return result.partialValue
  }

  /// How two numbers compare, whole ones exactly; nil where one is NaN.
  private static func comparison(_ a: Scalar, _ b: Scalar) -> Int? {
    if let a = a.integer, let b = b.integer { return a < b ? -1 : a > b ? 1 : 0 }
    let (first, second) = (a.double, b.double)
    guard !first.isNaN, !second.isNaN else { return nil }
    if first != second { return first < second ? -1 : 1 }
    // Equal after rounding to a double: the whole number decides, if there is one.
    if let a = a.integer { return Int(exactly: second).map { a < $0 ? -1 : a > $0 ? 1 : 0 } ?? -1 }
    if let b = b.integer { return Int(exactly: first).map { $0 < b ? -1 : $0 > b ? 1 : 0 } ?? 1 }
    return 0
  }
}

extension BinaryOperator {
  /// What a comparison says of an order, below 0 where the first is less; nil for other operators.
  fileprivate var order: ((Int?) -> Bool)? {
    switch self {
    case .equal: { $0 == 0 }
    case .notEqual: { $0 != 0 }
    case .less: { $0.map { $0 < 0 } ?? false }
    case .lessOrEqual: { $0.map { $0 <= 0 } ?? false }
    case .greater: { $0.map { $0 > 0 } ?? false }
    case .greaterOrEqual: { $0.map { $0 >= 0 } ?? false }
    default: nil
    }
  }
}

extension Refusal {
  fileprivate static func divisionByZero() -> Refusal { Refusal("division by zero") }

  fileprivate static func zeroToNegative() -> Refusal {
    Refusal("0 cannot be raised to a negative power")
  }

  fileprivate static func complex() -> Refusal {
    Refusal("a negative number to a power that is not whole is a complex number")
  }

  fileprivate static func tooLargeForWhole() -> Refusal {
    Refusal(
      "the result is too large for a whole number of 64 bits",
      remedy: "with a point, as in 2.0, it is a float")
  }

  fileprivate static func tooLargeForFloat() -> Refusal {
    Refusal("the result is too large for a float")
  }

  fileprivate static func inverseOfFloat() -> Refusal {
    Refusal("~ takes whole numbers and truth values, not a float")
  }

  fileprivate static func bitsOfFloat(_ op: BinaryOperator) -> Refusal {
    Refusal("\(op.rawValue) takes whole numbers and truth values, not a float")
  }

  fileprivate static func notForNumbers(_ op: BinaryOperator) -> Refusal {
    Refusal("\(op.rawValue) takes tensors, not numbers", remedy: "* multiplies numbers")
  }
}
