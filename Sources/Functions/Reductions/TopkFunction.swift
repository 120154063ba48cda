import Gradients
import Tensors

/// `topk`: the largest or smallest elements along a dimension.
enum TopkFunction: Function {
  static let name = "topk"
  static let summary = "the largest or smallest elements along a dimension"
  static let example = "topk(tensor([3, 9, 4]), 2)"

  private static let k = FunctionParameter<Int>.integer("k")
  private static let dim = FunctionParameter<Int>.dimension().defaulting(to: -1, written: "-1")
  private static let largest = FunctionParameter<Bool>.flag("largest", default: true)
  private static let sorted = FunctionParameter<Bool>.flag("sorted", default: true)
  static let signatures = [Signature(Reducing.input, k, dim, largest, sorted)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let shape = input.shape
    let place = try Dimension.place(call[dim], rank: shape.rank, of: dim)
    let length = shape.rank == 0 ? 1 : shape[place]
    let count = try call[k]
    guard (0...length).contains(count) else {
      throw Refusal.tooMany(count, of: length).about(k)
    }
    guard input.dataType != .bool else { throw Refusal.truths().about(Reducing.input) }
    // PyTorch gives a number by itself, however many are asked for.
    let pick = TopOfRow(
      shape.rank == 0 ? 1 : count, place, isLargest: try call[largest], isSorted: try call[sorted])
    return .fields(try pick.fields(name, of: input))
  }
}

extension Refusal {
  fileprivate static func tooMany(_ count: Int, of length: Int) -> Refusal {
    Refusal("k must be from 0 to \(length), the size of the dimension, not \(count)")
  }

  fileprivate static func truths() -> Refusal {
    Refusal("topk of bool is not computed", remedy: "say long().topk(k)")
  }
}
