import Gradients
import Tensors

/// `view`: the same elements in order under another shape.
enum ViewFunction: Function {
  static let name = "view"
  static let spellings: Spellings = .method
  static let summary = "the same elements in another shape, without a copy in PyTorch"
  static let example = "arange(6).view(2, -1)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let size = FunctionParameter<[Int]>.sizes()
  private static let type = FunctionParameter<DataType>.type()
  static let signatures = [Signature(input, size), Signature(input, type)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    guard call.signature == 0 else { throw Refusal.bits(try call[type]).about(type) }
    let shape = try Reshaping.shape(call[size], count: input.count, of: size)
    return .tensor(try Reshaping.view(input, shape))
  }
}

/// `view_as`: the same elements in order under another tensor's shape.
enum ViewAsFunction: Function {
  static let name = "view_as"
  static let spellings: Spellings = .method
  static let summary = "the same elements in the shape of another tensor"
  static let example = "arange(4).view_as(zeros(2, 2))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let other = FunctionParameter<TensorValue>.tensor("other")
  static let signatures = [Signature(input, other)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let shape = try Reshaping.shape(
      call[other].shape.dimensions, count: input.count, of: other)
    return .tensor(try Reshaping.view(input, shape))
  }
}

extension Refusal {
  fileprivate static func bits(_ type: DataType) -> Refusal {
    let method =
      switch type {
      case .float32: "float"
      case .int64: "long"
      case .bool: "bool"
      }
    return Refusal(
      "view takes sizes here, no type", remedy: "x.\(method)() converts to \(type.description)")
  }
}
