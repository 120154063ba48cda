import Gradients
import Tensors

/// `prod`: the product of all elements, or over one dimension.
enum ProdFunction: Function {
  static let name = "prod"
  static let summary = "the product of all elements, or over one dimension"
  static let example = "prod(tensor([2, 3, 4]))"

  private static let dim = FunctionParameter<Int>.dimension()
  static let signatures = [
    Signature(Reducing.input, keywords: [Reducing.dtype]),
    Signature(Reducing.input, dim, Reducing.keepdim, keywords: [Reducing.dtype]),
  ]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let reduction =
      call.signature == 0
      ? .whole
      : try Reducing.reduction(
        [call[dim]], keepdim: call[Reducing.keepdim], of: input.shape, dim)
    let type = try call[Reducing.dtype] ?? input.dataType.promoted(with: .int64)
    let value: TensorValue
    switch type {
    case .float32: value = .float32(try Variable(ProductOfRow(reduction), input.floats()))
    case .int64:
      value = .int64(try input.integersWithoutGradient().folded(reduction, 1) { $0 &*= $1 })
    case .bool:
      try input.requireNoGradient()
      let length = Int64(reduction.layout(of: input.shape).length)
      value = .bool(try input.nonzeroCounts(reduction).map { $0 == length })
    }
    return .tensor(value)
  }
}
