import Gradients
import Tensors

/// `reshape`: the same elements in order under another shape, copied where PyTorch must.
enum ReshapeFunction: Function {
  static let name = "reshape"
  static let summary = "the same elements in another shape"
  static let example = "arange(6).reshape(2, 3)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let shape = FunctionParameter<[Int]>.sizes("shape")
  static let signatures = [Signature(input, shape)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let shape = try Reshaping.shape(call[shape], count: input.count, of: shape)
    return .tensor(try Reshaping.reshape(input, shape))
  }
}

/// `reshape_as`: the same elements in order under another tensor's shape.
enum ReshapeAsFunction: Function {
  static let name = "reshape_as"
  static let spellings: Spellings = .method
  static let summary = "the same elements in the shape of another tensor"
  static let example = "arange(4).reshape_as(zeros(2, 2))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let other = FunctionParameter<TensorValue>.tensor("other")
  static let signatures = [Signature(input, other)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let shape = try Reshaping.shape(call[other].shape.dimensions, count: input.count, of: other)
    return .tensor(try Reshaping.reshape(input, shape))
  }
}
