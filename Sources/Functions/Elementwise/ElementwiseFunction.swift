import Gradients
import Tensors

/// A function of each element of one tensor: `x.exp()`.
///
/// It states what becomes of float32, and what of the other types where that is not the same of their
/// values as float32:
///
///     enum ExpFunction: ElementwiseFunction {
///       static let name = "exp"
///       static let summary = "e to the power of each element"
///       static func floats(_ x: Variable) throws -> Variable { try Variable(Exponential(), x) }
///     }
protocol ElementwiseFunction: Function {
  /// The value of a tensor of float32.
  static func floats(_ x: Variable) throws -> Variable
  /// The value of a tensor of int64.
  static func integers(_ x: IntegerTensor) throws -> TensorValue
  /// The value of a tensor of bool.
  static func booleans(_ x: BooleanTensor) throws -> TensorValue
}

extension ElementwiseFunction {
  static func integers(_ x: IntegerTensor) throws -> TensorValue {
    .float32(try floats(TensorValue.int64(x).floats()))
  }

  static func booleans(_ x: BooleanTensor) throws -> TensorValue {
    .float32(try floats(TensorValue.bool(x).floats()))
  }

  static var signatures: [Signature] { ElementwiseInput.alone }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[ElementwiseInput.input]
    return .tensor(try value(of: input).strided(as: input))
  }

  /// The value of a tensor of any type.
  static func value(of input: TensorValue) throws -> TensorValue {
    switch input {
    case .float32(let x): .float32(try floats(x))
    case .int64(let x): try integers(x)
    case .bool(let x): try booleans(x)
    }
  }
}

/// The parameter that all of them have.
enum ElementwiseInput {
  static let input = FunctionParameter<TensorValue>.tensor()
  /// The signature of a function that has no other.
  static let alone = [Signature(input)]
}

/// An elementwise function that leaves whole numbers whole and has no value for bool.
protocol NumericFunction: ElementwiseFunction {
  /// The value of one whole number.
  static func integer(_ x: Int64) -> Int64
}

extension NumericFunction {
  static func integers(_ x: IntegerTensor) throws -> TensorValue {
    .int64(try x.map { integer($0) })
  }

  static func booleans(_ x: BooleanTensor) throws -> TensorValue { throw Refusal.noBool(name) }
}

extension Refusal {
  /// A function has no value for a tensor of bool.
  static func noBool(_ function: String) -> Refusal {
    Refusal("\(function) does not take a tensor of bool", remedy: ".float() or .long() first")
  }
}
