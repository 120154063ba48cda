import Gradients
import Tensors

/// `permute`: the dimensions in another order.
enum PermuteFunction: Function {
  static let name = "permute"
  static let summary = "the dimensions in another order"
  static let example = "arange(6).view(2, 3).permute(1, 0)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let dims = FunctionParameter<[Int]>.sizes("dims")
  static let signatures = [Signature(input, dims)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let rank = input.shape.rank
    let order = try call[dims].map { try Dimension.place($0, rank: rank, of: dims) }
    guard order.count == rank else {
      throw Refusal.wrongOrder(order.count, rank: rank).about(dims)
    }
    guard Set(order).count == rank else { throw Refusal.repeated().about(dims) }
    return .tensor(try input.viewed(View("PermuteBackward0") { $0.permuted(order) }))
  }
}

extension Refusal {
  fileprivate static func wrongOrder(_ count: Int, rank: Int) -> Refusal {
    Refusal("the tensor has \(rank) dimensions, and the order has \(count)")
  }

  fileprivate static func repeated() -> Refusal { Refusal("a dimension is given twice") }
}
