import Gradients
import Tensors

// What becomes of an element's sign.

/// `abs`: the magnitude.
enum AbsFunction: NumericFunction {
  static let name = "abs"
  static let otherNames = ["absolute"]
  static let summary = "the magnitude of each element"
  static let example = "abs(tensor([-1.5, 2.]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(AbsoluteValue(), x) }

  static func integer(_ x: Int64) -> Int64 { x < 0 ? 0 &- x : x }
}

/// `neg`: the other sign.
enum NegFunction: ElementwiseFunction {
  static let name = "neg"
  static let otherNames = ["negative"]
  static let summary = "each element with the other sign: -x"
  static let example = "neg(tensor([1, -2]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(Negate(), x) }

  static func integers(_ x: IntegerTensor) throws -> TensorValue {
    try TensorArithmetic.value(.minus, .int64(x))
  }

  static func booleans(_ x: BooleanTensor) throws -> TensorValue {
    try TensorArithmetic.value(.minus, .bool(x))
  }
}

/// `sign`: −1, 0 or 1.
enum SignFunction: ElementwiseFunction {
  static let name = "sign"
  static let summary = "-1, 0 or 1: the sign of each element"
  static let example = "sign(tensor([-3., 0., 2.]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(StepFunction(.sign), x) }

  static func integers(_ x: IntegerTensor) throws -> TensorValue {
    .int64(try x.map { $0.signum() })
  }

  static func booleans(_ x: BooleanTensor) throws -> TensorValue { .bool(x) }
}
