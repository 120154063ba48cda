import Tensors

/// What Python's operators make of values of any kind.
public enum Operators {
  /// The value of `a op b`.
  ///
  /// - Throws: ``Refusal`` for what Python or PyTorch refuses; `ShapeError`, `Cancelled`.
  public static func value(_ op: BinaryOperator, _ a: Datum, _ b: Datum) throws -> Datum {
    if case .scalar(let a) = a, case .scalar(let b) = b {
      return .scalar(try PythonArithmetic.value(op, a, b))
    }
    if let a = Operand(a), let b = Operand(b) {
      return .tensor(try TensorArithmetic.value(op, a, b))
    }
    switch op {
    case .equal: return .scalar(.boolean(try Equality.areEqual(a, b)))
    case .notEqual: return .scalar(.boolean(try !Equality.areEqual(a, b)))
    default: throw Refusal.notTaken(op, a, b)
    }
  }

  /// The value of `op a`.
  ///
  /// - Throws: ``Refusal`` for what Python or PyTorch refuses; `ShapeError`, `Cancelled`.
  public static func value(_ op: UnaryOperator, _ a: Datum) throws -> Datum {
    switch Operand(a) {
    case .tensor(let tensor): .tensor(try TensorArithmetic.value(op, tensor))
    case .scalar(let scalar): .scalar(try PythonArithmetic.value(op, scalar))
    case nil: throw Refusal.notTaken(op, a)
    }
  }
}

extension Refusal {
  fileprivate static func notTaken(_ op: BinaryOperator, _ a: Datum, _ b: Datum) -> Refusal {
    Refusal("\(op.rawValue) does not go between \(a.kind) and \(b.kind)")
  }

  fileprivate static func notTaken(_ op: UnaryOperator, _ a: Datum) -> Refusal {
    Refusal("\(op.rawValue) does not go before \(a.kind)")
  }
}
