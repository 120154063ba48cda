import Gradients
import Tensors

/// The operators that give float32: the operations of the graph that PyTorch takes for each.
enum FloatArithmetic {
  /// The value of `a op b` in float32.
  ///
  /// - Throws: ``Refusal`` where the shapes do not fit; `ShapeError`, `Cancelled`.
  static func value(_ op: BinaryOperator, _ a: Operand, _ b: Operand) throws -> Variable {
    let (first, second) = (try a.floats(), try b.floats())
    guard try first.tensor.shape.broadcast(with: second.tensor.shape) != nil else {
      throw Refusal.shapes(a.shape, b.shape)
    }
    switch op {
    case .add: return try Variable(Add(), first, second)
    case .subtract: return try Variable(Subtract(isReversed: a.isNumber), first, second)
    case .multiply: return try Variable(Multiply(), first, second)
    case .divide:
      // PyTorch takes the number times the reciprocal.
      guard a.isNumber else { return try Variable(Divide(), first, second) }
      return try Variable(Multiply(), Variable(Reciprocal(), second), first)
    case .floorDivide: return try Variable(FloorDivide(), first, second)
    case .remainder:
      let form: Remainder.Form =
        a.isNumber ? .ofNumber : b.isNumber ? .byNumber : .ofTensors
      return try Variable(Remainder(form), first, second)
    case .power:
      switch (a, b) {
      case (.scalar(let base), _):
        return try Variable(PowerOfNumber(base.double, isTruth: a.dataType == .bool), second)
      case (_, .scalar(let exponent)):
        return try Variable(PowerByNumber(exponent.double, isTruth: b.dataType == .bool), first)
      default: return try Variable(Power(byTruths: b.dataType == .bool), first, second)
      }
    default: preconditionFailure("\(op) does not give float32")
    }
  }
}

extension Operand {
  /// Whether it is a number of Python's.
  var isNumber: Bool { if case .scalar = self { true } else { false } }

  /// The values in float32; a number becomes a tensor without dimensions.
  func floats() throws -> Variable {
    switch self {
    case .tensor(let tensor): try tensor.floats()
    case .scalar(let scalar): Variable(Tensor(scalar: scalar.float))
    }
  }

  /// The values as whole numbers.
  func integers() throws -> IntegerTensor {
    switch self {
    case .tensor(let tensor): try tensor.integers()
    case .scalar(let scalar): IntegerTensor([Int64(scalar.integer ?? 0)], shape: [])
    }
  }

  /// The values as truth values.
  func booleans() throws -> BooleanTensor {
    switch self {
    case .tensor(let tensor): try tensor.booleans()
    case .scalar(let scalar): BooleanTensor([scalar.isTrue], shape: [])
    }
  }
}

extension Scalar {
  /// The number rounded once to float32.
  var float: Float {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): Float(value)
    case .float(let value): Float(value)
    }
  }
}

extension Refusal {
  /// Two shapes cannot be broadcast.
  static func shapes(_ a: Shape, _ b: Shape) -> Refusal {
    Refusal(
      "the sizes \(a) and \(b) do not fit each other",
      remedy: "compared from the last one on, two sizes are equal or one is 1")
  }
}
