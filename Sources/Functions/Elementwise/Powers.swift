import Gradients
import Tensors

/// `pow`: a power, as `**` gives it.
enum PowFunction: Function {
  static let name = "pow"
  static let summary = "each element to the power of an exponent: x ** exponent"
  static let example = "pow(tensor([1, 2, 3]), 2)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let base = FunctionParameter<Scalar>.scalar("self")
  private static let exponent = FunctionParameter<Operand>.operand("exponent")
  private static let exponents = FunctionParameter<TensorValue>.tensor("exponent")
  static let signatures = [Signature(input, exponent), Signature(base, exponents)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    call.signature == 0
      ? .tensor(try TensorArithmetic.value(.power, .tensor(call[input]), call[exponent]))
      : .tensor(
        try TensorArithmetic.value(.power, .scalar(call[base]), .tensor(call[exponents])))
  }
}

/// `square`: the product of each element with itself; PyTorch's gradient is that of `x ** 2`.
enum SquareFunction: Function {
  static let name = "square"
  static let summary = "each element times itself"
  static let example = "square(tensor([-3, 2]))"

  static let signatures = [Signature(ElementwiseInput.input)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    .tensor(
      try TensorArithmetic.value(
        .power, .tensor(call[ElementwiseInput.input]), .scalar(.integer(2))))
  }
}
