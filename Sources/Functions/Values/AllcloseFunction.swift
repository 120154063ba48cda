import Gradients
import Running
import Tensors

/// `allclose`: whether two tensors are equal up to tolerances.
enum AllcloseFunction: Function {
  static let name = "allclose"
  static let summary = "whether |input - other| <= atol + rtol * |other| everywhere"
  static let example = "allclose(tensor([1.]), tensor([1.000001]))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let other = FunctionParameter<TensorValue>.tensor("other")
  private static let rtol = FunctionParameter<Scalar>.scalar("rtol")
    .defaulting(to: .float(1e-5), written: "1e-05")
  private static let atol = FunctionParameter<Scalar>.scalar("atol")
    .defaulting(to: .float(1e-8), written: "1e-08")
  private static let equalNaN = FunctionParameter<Bool>.flag("equal_nan")
  static let signatures = [Signature(input, other, rtol, atol, equalNaN)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let (input, other) = (try call[input], try call[other])
    guard input.dataType == other.dataType else {
      throw Refusal.types(input.dataType, other.dataType).about(Self.other)
    }
    for tolerance in [rtol, atol] {
      let value = try call[tolerance]
      guard value.double >= 0 else { throw Refusal.negative(value).about(tolerance) }
    }
    guard try input.shape.broadcast(with: other.shape) != nil else {
      throw Refusal.shapes(input.shape, other.shape)
    }
    let equal = try Operators.value(.equal, .tensor(input), .tensor(other))
    guard case .tensor(.bool(let equal)) = equal else { return .scalar(.boolean(false)) }
    let close = try closeness(
      input.floats().tensor, other.floats().tensor, rtol: try call[rtol].float,
      atol: try call[atol].float, equalNaN: try call[equalNaN])
    let far = try equal.elements.withUnsafeBufferPointer { equal in
      try close.elements.withUnsafeBufferPointer { close in
        try Cancellation.count(of: equal.count) { !equal[$0] && !close[$0] }
      }
    }
    return .scalar(.boolean(far == 0))
  }

  /// For each pair of elements whether they are finite and close; infinities are so only where they
  /// are equal.
  private static func closeness(
    _ first: Tensor, _ second: Tensor, rtol: Float, atol: Float, equalNaN: Bool
  ) throws -> BooleanTensor {
    let shape = try first.shape.broadcast(with: second.shape) ?? first.shape
    let plan = Broadcast([first.shape, second.shape], to: shape)
    return try BooleanTensor(first.elements, second.elements, plan) { a, b in
      let distance = (a - b).magnitude
      return distance.isFinite && distance <= atol + (rtol * b).magnitude
        || equalNaN && a.isNaN && b.isNaN
    }
  }
}

extension BooleanTensor {
  /// Whether each of them is true.
  ///
  /// - Throws: `Cancelled`.
  func areAllTrue() throws -> Bool {
    try elements.withUnsafeBufferPointer { elements in
      try Cancellation.count(of: elements.count) { !elements[$0] } == 0
    }
  }
}

extension Refusal {
  fileprivate static func types(_ first: DataType, _ second: DataType) -> Refusal {
    Refusal(
      "tensors of \(first.rawValue) and \(second.rawValue) are not compared",
      remedy: ".float() makes float32 of both")
  }

  fileprivate static func negative(_ tolerance: Scalar) -> Refusal {
    Refusal("a tolerance must be at least 0, not \(tolerance.text)")
  }
}
