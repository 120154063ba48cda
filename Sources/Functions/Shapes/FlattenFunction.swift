import Gradients
import Tensors

/// `flatten`: neighbouring dimensions made one, all of them if not told otherwise.
enum FlattenFunction: Function {
  static let name = "flatten"
  static let summary = "neighbouring dimensions made one"
  static let example = "zeros(1, 2, 2).flatten(1)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let start = FunctionParameter<Int>.dimension("start_dim")
    .defaulting(to: 0, written: "0")
  private static let end = FunctionParameter<Int>.dimension("end_dim")
    .defaulting(to: -1, written: "-1")
  static let signatures = [Signature(input, start, end)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let rank = input.shape.rank
    let first = try Dimension.place(call[start], rank: rank, of: start)
    let last = try Dimension.place(call[end], rank: rank, of: end)
    guard first <= last else { throw Refusal.outOfOrder(first, last).about(start) }
    guard rank > 0 else { return .tensor(try Reshaping.reshape(input, [1])) }
    // One dimension is nothing to be made one: the value itself, even a leaf.
    guard first < last else { return .tensor(input) }
    var sizes = input.shape.dimensions
    sizes.replaceSubrange(first...last, with: [Shape(Array(sizes[first...last])).count])
    return .tensor(try Reshaping.reshape(input, Shape(sizes)))
  }
}

extension Refusal {
  fileprivate static func outOfOrder(_ first: Int, _ last: Int) -> Refusal {
    Refusal("start_dim must not come after end_dim: \(first) is after \(last)")
  }
}
