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
    case .add: return try first.broadcast(second, Sum())
    case .subtract: return try first.broadcast(second, Difference())
    case .multiply: return try first.broadcast(second, Product())
    case .and: return try first.broadcast(second, BitAnd())
    case .or: return try first.broadcast(second, BitOr())
    case .exclusiveOr: return try first.broadcast(second, BitExclusiveOr())
    case .floorDivide: return try first.broadcast(second, FloorQuotient())
    case .remainder: return try first.broadcast(second, FloorRemainder())
    case .power:
      if b.isNumber, second.elements[0] < 0 { throw Refusal.negativePower() }
      return try first.broadcast(second, WholePower())
    default: preconditionFailure("\(op) does not give int64")
    }
  }
}

private struct Sum: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) -> Int64 { a &+ b }
}

private struct Difference: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) -> Int64 { a &- b }
}

private struct Product: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) -> Int64 { a &* b }
}

private struct BitAnd: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) -> Int64 { a & b }
}

private struct BitOr: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) -> Int64 { a | b }
}

private struct BitExclusiveOr: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) -> Int64 { a ^ b }
}

private struct FloorQuotient: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) throws -> Int64 {
    guard b != 0 else { throw Refusal.divisionByZero() }
    let quotient = a.dividedReportingOverflow(by: b).partialValue
    return (a < 0) != (b < 0) && quotient &* b != a ? quotient - 1 : quotient
  }
}

private struct FloorRemainder: PairFunction {
  func callAsFunction(_ a: Int64, _ b: Int64) throws -> Int64 {
    guard b != 0 else { throw Refusal.divisionByZero() }
    let rest = a.remainderReportingOverflow(dividingBy: b).partialValue
    return rest != 0 && (rest < 0) != (b < 0) ? rest &+ b : rest
  }
}

/// In PyTorch a tensor's negative powers are 0, except those of 1 and -1.
private struct WholePower: PairFunction {
  func callAsFunction(_ base: Int64, _ exponent: Int64) -> Int64 {
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

extension PlainTensor {
  /// A tensor of which each element is computed from one element of each of two that are broadcast
  /// against each other.
  ///
  /// - Throws: ``Refusal`` where the shapes do not fit; `ShapeError`, `Cancelled`, and what the
  ///   function throws.
  func broadcast<Function: PairFunction>(
    _ other: PlainTensor<Function.Second>, _ function: Function
  ) throws -> PlainTensor<Function.Result> where Function.First == Element {
    guard let plan = try Broadcast(shape, other.shape) else {
      throw Refusal.shapes(shape, other.shape)
    }
    return try PlainTensor<Function.Result>(elements, other.elements, plan, function)
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
