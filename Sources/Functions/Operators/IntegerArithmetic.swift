import Tensors

/// The operators that give int64. They wrap around, as PyTorch's do.
enum IntegerArithmetic {
  /// The value of `a op b` in int64.
  ///
  /// - Throws: ``Refusal`` where the shapes do not fit, for a division by zero, and for a negative
  ///   number as power; `ShapeError`, `Cancelled`.
  static func value(_ op: BinaryOperator, _ a: Operand, _ b: Operand) throws -> IntegerTensor {
    let (first, second) = (try a.integers(), try b.integers())
    switch op {
    case .add: return try first.broadcast(second, &+)
    case .subtract: return try first.broadcast(second, &-)
    case .multiply: return try first.broadcast(second, &*)
    case .and: return try first.broadcast(second, &)
    case .or: return try first.broadcast(second, |)
    case .exclusiveOr: return try first.broadcast(second, ^)
    case .floorDivide: return try first.broadcast(second, quotient)
    case .remainder: return try first.broadcast(second, rest)
    case .power:
      if b.isNumber, second.elements[0] < 0 { throw Refusal.negativePower() }
      return try first.broadcast(second, power)
    default: preconditionFailure("\(op) does not give int64")
    }
  }

  private static func quotient(_ a: Int64, _ b: Int64) throws -> Int64 {
    guard b != 0 else { throw Refusal.divisionByZero() }
    let quotient = a.dividedReportingOverflow(by: b).partialValue
    return (a < 0) != (b < 0) && quotient &* b != a ? quotient - 1 : quotient
  }

  private static func rest(_ a: Int64, _ b: Int64) throws -> Int64 {
    guard b != 0 else { throw Refusal.divisionByZero() }
    let rest = a.remainderReportingOverflow(dividingBy: b).partialValue
    return rest != 0 && (rest < 0) != (b < 0) ? rest &+ b : rest
  }

  /// In PyTorch a tensor's negative powers are 0, except those of 1 and -1.
  private static func power(_ base: Int64, _ exponent: Int64) -> Int64 {
    guard exponent >= 0 else { return base == 1 ? 1 : base == -1 ? 1 - 2 * (exponent & 1) : 0 }
    var (result, factor, rest): (Int64, Int64, Int64) = (1, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result &* factor }
      factor = factor &* factor
      rest >>= 1
    }
    return result
  }
}

/// The operators that give bool: `+` and `|` are or, `*` and `&` are and.
enum BooleanArithmetic {
  /// The value of `a op b` in bool.
  ///
  /// - Throws: ``Refusal`` where the shapes do not fit; `ShapeError`, `Cancelled`.
  static func value(_ op: BinaryOperator, _ a: Operand, _ b: Operand) throws -> BooleanTensor {
    let (first, second) = (try a.booleans(), try b.booleans())
    switch op {
    case .add, .or: return try first.broadcast(second) { $0 || $1 }
    case .multiply, .and: return try first.broadcast(second) { $0 && $1 }
    case .exclusiveOr: return try first.broadcast(second) { $0 != $1 }
    default: preconditionFailure("\(op) does not give bool")
    }
  }

  /// The power of a tensor to True or False.
  static func power(_ base: Operand, _ exponent: Operand) throws -> BooleanTensor {
    try base.booleans().broadcast(exponent.booleans()) { $0 || !$1 }
  }
}

extension PlainTensor {
  /// A tensor of which each element is computed from one element of each of two that are broadcast
  /// against each other.
  ///
  /// - Throws: ``Refusal`` where the shapes do not fit; `ShapeError`, `Cancelled`, and what `combine`
  ///   throws.
  @inline(__always)
  func broadcast<Result>(
    _ other: PlainTensor, _ combine: (Element, Element) throws -> Result
  ) throws -> PlainTensor<Result> {
    guard let plan = try Broadcast(shape, other.shape) else {
      throw Refusal.shapes(shape, other.shape)
    }
    return try PlainTensor<Result>(elements, other.elements, plan, combine)
  }
}

extension Refusal {
  fileprivate static func divisionByZero() -> Refusal {
    Refusal("division of whole numbers by zero", remedy: "/ gives float32, with inf and nan")
  }

  fileprivate static func negativePower() -> Refusal {
    Refusal("whole numbers have no negative whole powers", remedy: "x.float() ** -1, or x ** -1.0")
  }
}
