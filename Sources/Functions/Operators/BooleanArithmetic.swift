import Tensors

/// The operators that give bool: `+` and `|` are or, `*` and `&` are and.
enum BooleanArithmetic {
  /// The value of `a op b` in bool.
  ///
  /// - Throws: ``Refusal`` where the shapes do not fit; `ShapeError`, `Cancelled`.
  static func value(_ op: BinaryOperator, _ a: Operand, _ b: Operand) throws -> BooleanTensor {
    let (first, second) = (try a.booleans(), try b.booleans())
    switch op {
    case .add, .or: return try first.broadcast(second, Either())
    case .multiply, .and: return try first.broadcast(second, Both())
    case .exclusiveOr: return try first.broadcast(second, Unequal())
    case .power: return try first.broadcast(second, TruthPower())
    default: preconditionFailure("\(op) does not give bool")
    }
  }
}

/// Whether one of two truth values holds.
struct Either: PairFunction {
  func callAsFunction(_ a: Bool, _ b: Bool) -> Bool { a || b }
}

/// Whether both hold.
struct Both: PairFunction {
  func callAsFunction(_ a: Bool, _ b: Bool) -> Bool { a && b }
}

private struct TruthPower: PairFunction {
  func callAsFunction(_ base: Bool, _ exponent: Bool) -> Bool { base || !exponent }
}
