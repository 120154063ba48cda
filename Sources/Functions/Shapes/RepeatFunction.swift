import Gradients
import Tensors

/// `repeat`: copies of the whole tensor along each dimension.
enum RepeatFunction: Function {
  static let name = "repeat"
  static let spellings: Spellings = .method
  static let summary = "copies of the whole tensor along each dimension"
  static let example = "tensor([1, 2]).repeat(2)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let repeats = FunctionParameter<[Int]>.sizes("repeats")
  static let signatures = [Signature(input, repeats)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let counts = try call[repeats]
    let more = counts.count - input.shape.rank
    guard more >= 0 else {
      throw Refusal.fewerCounts(counts.count, input.shape.rank).about(repeats)
    }
    if let count = counts.first(where: { $0 < 0 }) {
      throw Refusal.negative(count).about(repeats)
    }
    let sizes = counts.enumerated().map { place, count in
      let product = count.multipliedReportingOverflow(
        by: place < more ? 1 : input.shape[place - more])
      return product.overflow ? Int.max : product.partialValue
    }
    let shape = try Shape(checking: sizes)
    return .tensor(
      // Of each dimension the plan has two: that of its copies, and its own.
      try input.shown(
        by: View("RepeatBackward0", as: shape, adding: 2 * more) { $0.repeated(counts) }))
  }
}

extension Refusal {
  fileprivate static func fewerCounts(_ count: Int, _ rank: Int) -> Refusal {
    Refusal(
      "the tensor has \(rank) dimensions, which takes as many counts or more, not \(count)")
  }

  fileprivate static func negative(_ count: Int) -> Refusal {
    Refusal("a count must not be negative, not \(count)")
  }
}
