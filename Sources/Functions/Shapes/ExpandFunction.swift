import Gradients
import Tensors

/// `expand`: dimensions of size 1 repeated, and new ones in front.
enum ExpandFunction: Function {
  static let name = "expand"
  static let spellings: Spellings = .method
  static let summary = "dimensions of size 1 repeated to larger sizes, without a copy in PyTorch"
  static let example = "tensor([[1], [2]]).expand(2, 3)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let size = FunctionParameter<[Int]>.sizes()
  static let signatures = [Signature(input, size)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    return .tensor(try expanded(input, try call[size], of: size))
  }

  /// A tensor expanded to sizes, of which -1 is what it has.
  ///
  /// - Throws: ``Refusal`` where it does not fit; `ShapeError` where memory cannot hold the result,
  ///   `Cancelled`.
  fileprivate static func expanded(
    _ input: TensorValue, _ sizes: [Int], of parameter: some AnyFunctionParameter
  ) throws -> TensorValue {
    let own = input.shape
    let more = sizes.count - own.rank
    guard more >= 0 else { throw Refusal.fewerSizes(sizes, own).about(parameter) }
    let larger = try sizes.enumerated().map { place, size in
      if place < more {
        guard size >= 0 else { throw Refusal.nothingToKeep(size).about(parameter) }
        return size
      }
      let present = own[place - more]
      guard size == -1 || size == present || present == 1 && size >= 0 else {
        throw Refusal.otherSize(size, present, at: place - more).about(parameter)
      }
      return size == -1 ? present : size
    }
    let shape = try Shape(checking: larger)
    return try input.viewed(View("ExpandBackward0", adding: more) { $0.expanded(to: shape) })
  }
}

/// `expand_as`: dimensions of size 1 repeated to another tensor's sizes.
enum ExpandAsFunction: Function {
  static let name = "expand_as"
  static let spellings: Spellings = .method
  static let summary = "dimensions of size 1 repeated to the sizes of another tensor"
  static let example = "tensor([1, 2]).expand_as(zeros(2, 2))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let other = FunctionParameter<TensorValue>.tensor("other")
  static let signatures = [Signature(input, other)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    .tensor(
      try ExpandFunction.expanded(call[input], try call[other].shape.dimensions, of: other))
  }
}

extension Refusal {
  fileprivate static func fewerSizes(_ sizes: [Int], _ own: Shape) -> Refusal {
    Refusal("\(sizes.count) sizes are given, and the tensor has \(own.rank) dimensions")
  }

  fileprivate static func nothingToKeep(_ size: Int) -> Refusal {
    Refusal("a new dimension cannot have size \(size)")
  }

  fileprivate static func otherSize(_ size: Int, _ present: Int, at dimension: Int) -> Refusal {
    Refusal(
      size < 0
        ? "a size must not be negative, not \(size)"
        : "dimension \(dimension) has size \(present) and cannot become \(size): "
          + "only size 1 is repeated")
  }
}
