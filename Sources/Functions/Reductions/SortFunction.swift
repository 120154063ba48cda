import Gradients
import Tensors

/// `sort`: the elements along a dimension in order.
enum SortFunction: Function {
  static let name = "sort"
  static let summary = "the elements along a dimension in order"
  static let example = "sort(tensor([3, 1, 2]))"

  private static let dim = FunctionParameter<Int>.dimension().defaulting(to: -1, written: "-1")
  private static let descending = FunctionParameter<Bool>.flag("descending")
  /// Whether equal elements keep their order; must be given, and may be `None`.
  private static let stable = FunctionParameter<Bool?>("stable", "True or False") { value in
    switch value {
    case .none: .some(nil)
    case .scalar(.boolean(let flag)): flag
    default: nil
    }
  }
  static let signatures = [
    Signature(Reducing.input, dim, descending),
    Signature(Reducing.input, keywords: [stable, dim, descending]),
  ]

  /// From so many whole numbers on PyTorch sorts by digits, which is stable.
  private static let digitsCount = 32768

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let place = try Dimension.place(call[dim], rank: input.shape.rank, of: dim)
    let descending = try call[descending]
    var isStable = call.signature == 1 ? try call[stable] ?? false : nil
    if input.dataType == .int64, input.shape.rank == 1, input.count >= digitsCount, !descending {
      isStable = true
    }
    let pick = SortedRow(place, descending: descending, isStable: isStable)
    return .fields(try pick.fields(name, of: input))
  }
}
