import Gradients
import Tensors

/// `median`: the lower median of all elements, or along a dimension.
enum MedianFunction: Function {
  static let name = "median"
  static let summary = "the lower median of all elements, or along a dimension"
  static let example = "median(tensor([1, 5, 3]))"

  private static let dim = FunctionParameter<Int>.dimension()
  static let signatures = [
    Signature(Reducing.input), Signature(Reducing.input, dim, Reducing.keepdim),
  ]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    guard input.dataType != .bool || call.signature == 0 && input.count == 0 else {
      throw Refusal.truths().about(Reducing.input)
    }
    if call.signature == 1 {
      let place = try Dimension.place(call[dim], rank: input.shape.rank, of: dim)
      try input.shape.requireElements(along: place, of: name)
      let pick = MedianOfRow(place, keepsDimension: try call[Reducing.keepdim])
      return .fields(try pick.fields(name, of: input))
    }
    if case .bool = input { return .tensor(TensorValue(scalar: true)) }
    guard case .int64(let tensor) = input else {
      return .tensor(.float32(try Variable(MedianOfAll(), input.floats())))
    }
    // PyTorch's answer where there is nothing: NaN, made a truth value or a whole number.
    guard tensor.shape.count > 0 else { return .tensor(TensorValue(scalar: .min)) }
    let place = try tensor.elements.withUnsafeBufferPointer {
      try $0.baseAddress.map { try RowOrder.median($0, length: tensor.shape.count, inOrder: false) }
        ?? 0
    }
    return .tensor(TensorValue(scalar: Int(tensor.elements[place])))
  }
}

extension Refusal {
  fileprivate static func truths() -> Refusal {
    Refusal("the median of bool is not computed", remedy: "say long().median()")
  }
}
