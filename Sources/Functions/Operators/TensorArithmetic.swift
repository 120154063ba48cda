import Gradients
import Tensors

/// PyTorch's operators where one operand at least is a tensor: types promoted, shapes broadcast, the
/// graph recorded.
enum TensorArithmetic {
  /// The value of `a op b`.
  ///
  /// - Throws: ``Refusal`` for what PyTorch refuses; `ShapeError`, `Cancelled`.
  static func value(_ op: BinaryOperator, _ a: Operand, _ b: Operand) throws -> TensorValue {
    if op == .matrixMultiply { return try product(a, b) }
    return try elementwise(op, a, b).strided(as: [a, b])
  }

  private static func elementwise(
    _ op: BinaryOperator, _ a: Operand, _ b: Operand
  ) throws -> TensorValue {
    if let comparison = Comparison(op) { return .bool(try comparison.value(a, b)) }
    let type = a.dataType.promoted(with: b.dataType)
    try refuse(op, a, b, promoted: type)
    switch op {
    case .divide: return .float32(try FloatArithmetic.value(op, a, b))
    default: break
    }
    switch type {
    case .float32: return .float32(try FloatArithmetic.value(op, a, b))
    case .int64: return .int64(try IntegerArithmetic.value(op, a, b))
    case .bool: return .bool(try BooleanArithmetic.value(op, a, b))
    }
  }

  /// The value of `op a`.
  ///
  /// - Throws: ``Refusal`` for what PyTorch refuses; `ShapeError`, `Cancelled`.
  static func value(_ op: UnaryOperator, _ a: TensorValue) throws -> TensorValue {
    try elementwise(op, a).strided(as: a)
  }

  private static func elementwise(_ op: UnaryOperator, _ a: TensorValue) throws -> TensorValue {
    switch (op, a) {
    case (.minus, .float32(let variable)): .float32(try Variable(Negate(), variable))
    case (.minus, .int64(let tensor)): .int64(try tensor.map { 0 &- $0 })
    case (.minus, .bool): throw Refusal.minusBool()
    case (.plus, .bool): throw Refusal.plusBool()
    case (.plus, _): a
    case (.invert, .float32): throw Refusal.inverseOfFloat()
    case (.invert, .int64(let tensor)): .int64(try tensor.map { ~$0 })
    case (.invert, .bool(let tensor)): .bool(try tensor.map { !$0 })
    }
  }

  /// `a @ b` is the function `matmul`.
  private static func product(_ a: Operand, _ b: Operand) throws -> TensorValue {
    guard case .tensor(let first) = a, case .tensor(let second) = b,
      let matmul = FunctionTable.function("matmul")
    else { throw Refusal.productOfNumber() }
    let call: FunctionCall
    do {
      call = try FunctionCall(of: matmul, [(nil, .tensor(first)), (nil, .tensor(second))])
    } catch { throw error.refusal }
    var scope = FunctionScope(generator: Generator(seed: 0))
    guard case .tensor(let product) = try matmul.value(call, in: &scope) else {
      throw Refusal.productOfNumber()
    }
    return product
  }

  private static func refuse(
    _ op: BinaryOperator, _ a: Operand, _ b: Operand, promoted type: DataType
  ) throws(Refusal) {
    switch op {
    case .subtract where a.dataType == .bool || b.dataType == .bool:
      throw type == .bool ? .differenceOfBools() : .differenceWithBool(minuend: a)
    case .floorDivide where type == .bool, .remainder where type == .bool:
      throw .noSuchForBool(op)
    case .power where type == .bool:
      if case .scalar = b { return }
      throw .noSuchForBool(op)
    case .and where type == .float32, .or where type == .float32,
      .exclusiveOr where type == .float32:
      throw .bitsOfFloat(op)
    default: return
    }
  }
}

extension Refusal {
  fileprivate static func minusBool() -> Refusal {
    Refusal("- does not take a tensor of bool", remedy: "~ inverts a mask")
  }

  fileprivate static func plusBool() -> Refusal { Refusal("+ does not take a tensor of bool") }

  fileprivate static func inverseOfFloat() -> Refusal {
    Refusal("~ takes tensors of bool and int64, not of float32", remedy: "~(x == 0), or -x")
  }

  fileprivate static func differenceOfBools() -> Refusal {
    Refusal("- does not go between bools", remedy: "^ is true where they differ")
  }

  fileprivate static func differenceWithBool(minuend: Operand) -> Refusal {
    Refusal(
      "- does not go between a bool and numbers",
      remedy: "~ inverts a mask, .float() or .long() makes numbers of it")
  }

  fileprivate static func noSuchForBool(_ op: BinaryOperator) -> Refusal {
    Refusal("\(op.rawValue) does not go between bools", remedy: ".long() makes numbers of them")
  }

  fileprivate static func bitsOfFloat(_ op: BinaryOperator) -> Refusal {
    Refusal(
      "\(op.rawValue) takes bool and int64, not float32",
      remedy: "compare first: (x > 0) \(op.rawValue) (x < 1)")
  }

  fileprivate static func productOfNumber() -> Refusal {
    Refusal("@ takes two tensors", remedy: "* multiplies with a number")
  }
}
