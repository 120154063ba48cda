/// `equal`: whether two tensors have the same sizes and values.
enum EqualFunction: Function {
  static let name = "equal"
  static let summary = "whether two tensors have the same sizes and values"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let other = FunctionParameter<TensorValue>.tensor("other")
  static let signatures = [Signature(input, other)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let (input, other) = (try call[input], try call[other])
    guard input.shape == other.shape else { return .scalar(.boolean(false)) }
    guard
      case .tensor(.bool(let equal)) = try Operators.value(.equal, .tensor(input), .tensor(other))
    else { return .scalar(.boolean(false)) }
    return .scalar(.boolean(try equal.areAllTrue()))
  }
}
