import Tensors

/// What Python's operators make of values of any kind.
public enum Operators {
  /// The value of `a op b`.
  ///
  /// - Throws: ``Refusal`` for what Python or PyTorch refuses; `ShapeError`, `Cancelled`.
  public static func value(_ op: BinaryOperator, _ a: Datum, _ b: Datum) throws -> Datum {
    switch (a, b) {
    case (.tensor(let a), .tensor(let b)):
      .tensor(try TensorArithmetic.value(op, .tensor(a), .tensor(b)))
    case (.tensor(let a), .scalar(let b)):
      .tensor(try TensorArithmetic.value(op, .tensor(a), .scalar(b)))
    case (.scalar(let a), .tensor(let b)):
      .tensor(try TensorArithmetic.value(op, .scalar(a), .tensor(b)))
    case (.scalar(let a), .scalar(let b)):
      .scalar(try PythonArithmetic.value(op, a, b))
    default:
      switch op {
      case .equal: .scalar(.boolean(try Equality.areEqual(a, b)))
      case .notEqual: .scalar(.boolean(try !Equality.areEqual(a, b)))
      default: throw Refusal.notTaken(op, a, b)
      }
    }
  }

  /// The value of `op a`.
  ///
  /// - Throws: ``Refusal`` for what Python or PyTorch refuses; `ShapeError`, `Cancelled`.
  public static func value(_ op: UnaryOperator, _ a: Datum) throws -> Datum {
    switch a {
    case .tensor(let tensor): .tensor(try TensorArithmetic.value(op, tensor))
    case .scalar(let scalar): .scalar(try PythonArithmetic.value(op, scalar))
    default: throw Refusal.notTaken(op, a)
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
