import Gradients
import Tensors

/// `mean`: the mean of all elements, or over some dimensions.
enum MeanFunction: Function {
  static let name = "mean"
  static let summary = "the mean of all elements, or over some dimensions"
  static let example = "mean(tensor([[1., 2.], [3., 6.]]), dim=1)"

  static let signatures = Reducing.signatures

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let reduction = try Reducing.reduction(call, of: input.shape)
    let type = try call[Reducing.dtype]
    guard type ?? .float32 == .float32 else {
      throw Refusal.wholeMean().about(Reducing.dtype)
    }
    guard type != nil || input.dataType == .float32 else {
      throw Refusal.meanOf(input.dataType).about(Reducing.input)
    }
    return .tensor(.float32(try Variable(Mean(reduction), input.floats())))
  }
}

extension Refusal {
  fileprivate static func meanOf(_ type: DataType) -> Refusal {
    Refusal(
      "the mean of \(type.rawValue) has no type of its own",
      remedy: "say mean(dtype=torch.float32) or float().mean()")
  }

  fileprivate static func wholeMean() -> Refusal {
    Refusal("a mean is float32", remedy: "leave dtype out, and call long() on the mean")
  }
}
