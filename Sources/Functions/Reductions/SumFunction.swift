import Gradients
import Tensors

/// `sum`: the sum of all elements, or over some dimensions.
enum SumFunction: Function {
  static let name = "sum"
  static let summary = "the sum of all elements, or over some dimensions"
  static let example = "sum(tensor([[1, 2], [3, 4]]), dim=0)"

  static let signatures = Reducing.signatures

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let reduction = try Reducing.reduction(call, of: input.shape)
    let type = try call[Reducing.dtype] ?? input.dataType.promoted(with: .int64)
    let value: TensorValue
    switch type {
    case .float32: value = .float32(try Variable(Sum(reduction), input.floats()))
    case .int64:
      value =
        input.dataType == .bool
        ? .int64(try input.nonzeroCounts(reduction))
        : .int64(try input.integersWithoutGradient().folded(reduction, 0) { $0 &+= $1 })
    case .bool:
      try input.requireNoGradient()
      value = .bool(try input.nonzeroCounts(reduction).map { $0 > 0 })
    }
    return .tensor(value)
  }
}
