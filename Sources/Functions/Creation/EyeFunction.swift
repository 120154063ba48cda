import Gradients
import Tensors

/// `eye`: ones on the diagonal, zeros elsewhere.
enum EyeFunction: Function {
  static let name = "eye"
  static let summary = "ones on the diagonal, zeros elsewhere"
  static let example = "eye(2)"
  static let spellings = Spellings.torch

  private static let rows = FunctionParameter<Int>.integer("n")
  private static let columns = FunctionParameter<Int>.integer("m")
  static let signatures = [
    Signature(rows, keywords: Creation.keywords),
    Signature(rows, columns, keywords: Creation.keywords),
  ]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let rows = try call[rows]
    let width = call.has(columns) ? try call[columns] : rows
    let shape = try Shape(checking: [rows, width])
    let type = try call[Creation.dtype] ?? .float32
    var ones = try IntegerTensor(shape: shape) { _ in 0 }
    for place in 0..<min(rows, width) { ones.elements[place * width + place] = 1 }
    return try Creation.result(TensorValue.int64(ones).converted(to: type), of: call)
  }
}
