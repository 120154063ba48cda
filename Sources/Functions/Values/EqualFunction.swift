import Gradients
import Running
import Tensors

/// `equal`: whether two tensors have the same sizes and values.
enum EqualFunction: Function {
  static let name = "equal"
  static let summary = "whether two tensors have the same sizes and values"
  static let example = "equal(tensor([1, 2]), tensor([1, 2]))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let other = FunctionParameter<TensorValue>.tensor("other")
  static let signatures = [Signature(input, other)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let (input, other) = (try call[input], try call[other])
    guard input.shape == other.shape else { return .scalar(.boolean(false)) }
    if case .float32(let first) = input, case .float32(let second) = other {
      return .scalar(.boolean(try first.tensor.equals(second.tensor)))
    }
    guard
      case .tensor(.bool(let equal)) = try Operators.value(.equal, .tensor(input), .tensor(other))
    else { return .scalar(.boolean(false)) }
    return .scalar(.boolean(try equal.areAllTrue()))
  }
}

extension Tensor {
  /// Whether all elements are equal to those of another tensor of as many.
  ///
  /// - Throws: `Cancelled`.
  fileprivate func equals(_ other: Tensor) throws -> Bool {
    try withPointer { first in
      try other.withPointer { second in
        try Cancellation.count(of: count) { first[$0] != second[$0] } == 0
      }
    }
  }
}
