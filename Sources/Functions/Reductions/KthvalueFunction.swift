import Gradients
import Tensors

/// `kthvalue`: the element of a rank along a dimension, 1 for the smallest.
enum KthvalueFunction: Function {
  static let name = "kthvalue"
  static let summary = "the element of a rank along a dimension, 1 for the smallest"
  static let example = "kthvalue(tensor([3, 1, 2]), 2)"

  private static let k = FunctionParameter<Int>.integer("k")
  private static let dim = FunctionParameter<Int>.dimension().defaulting(to: -1, written: "-1")
  static let signatures = [Signature(Reducing.input, k, dim, Reducing.keepdim)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let shape = input.shape
    let place = try Dimension.place(call[dim], rank: shape.rank, of: dim)
    try shape.requireElements(along: place, of: name)
    let length = shape.rank == 0 ? 1 : shape[place]
    let rank = try call[k]
    guard (1...length).contains(rank) else {
      throw Refusal.noSuchRank(rank, of: length).about(k)
    }
    guard input.dataType != .bool || shape.rank == 0 else {
      throw Refusal.truths().about(Reducing.input)
    }
    let pick = RankedOfRow(rank, place, keepsDimension: try call[Reducing.keepdim])
    return .fields(try pick.fields(name, of: input))
  }
}

extension Refusal {
  fileprivate static func noSuchRank(_ rank: Int, of length: Int) -> Refusal {
    Refusal("k must be from 1 to \(length), the size of the dimension, not \(rank)")
  }

  fileprivate static func truths() -> Refusal {
    Refusal("kthvalue of bool is not computed", remedy: "say long().kthvalue(k)")
  }
}
