import Tensors

/// `zeros`: zeros.
enum ZerosFunction: FillFunction {
  static let name = "zeros"
  static let summary = "zeros"
  static let example = "zeros(2, 2)"

  static func filled(
    _ blank: Blank, _ call: FunctionCall, in scope: inout FunctionScope
  ) throws -> TensorValue {
    try TensorValue(repeating: .integer(0), shape: blank.shape, type: blank.type)
  }
}

/// `ones`: ones.
enum OnesFunction: FillFunction {
  static let name = "ones"
  static let summary = "ones"
  static let example = "ones(2, 2)"

  static func filled(
    _ blank: Blank, _ call: FunctionCall, in scope: inout FunctionScope
  ) throws -> TensorValue {
    try TensorValue(repeating: .integer(1), shape: blank.shape, type: blank.type)
  }
}

/// `full`: one number everywhere.
enum FullFunction: FillFunction {
  static let name = "full"
  static let summary = "one number everywhere"
  static let example = "full((2,), 7)"

  private static let value = FunctionParameter<Scalar>.scalar("fill_value")
  static let particulars: [[any AnyFunctionParameter]] = [[value]]
  static let exampleArguments: String? = "7"
  static let signatures = [Signature(Creation.size, value, keywords: Creation.keywords)]

  static func type(_ call: FunctionCall) throws -> DataType { try call[value].dataType }

  static func filled(
    _ blank: Blank, _ call: FunctionCall, in scope: inout FunctionScope
  ) throws -> TensorValue {
    do {
      return try TensorValue(repeating: try call[value], shape: blank.shape, type: blank.type)
    } catch let refusal as Refusal { throw refusal.about(value) }
  }
}
