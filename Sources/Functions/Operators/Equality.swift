import Tensors

/// Python's `==` between values that are not both numbers or tensors.
enum Equality {
  /// Whether two values are equal; values of different kinds are not.
  ///
  /// - Throws: ``Refusal`` where tensors of several elements would have to be one truth value;
  ///   `ShapeError`, `Cancelled`.
  static func areEqual(_ a: Datum, _ b: Datum) throws -> Bool {
    switch (a, b) {
    case (.none, .none): true
    case (.text(let a), .text(let b)): a == b
    case (.type(let a), .type(let b)): a == b
    case (.size(let a), .size(let b)): a == b
    case (.gradientFunction(let a), .gradientFunction(let b)): a == b
    case (.list(let a), .list(let b)): try areEqual(a, b)
    case (.list, _), (_, .list), (.literal, _), (_, .literal): false
    default:
      // Sizes and named results are tuples.
      if let a = a.items, let b = b.items { try areEqual(a, b) } else { false }
    }
  }

  private static func areEqual(_ a: [Datum], _ b: [Datum]) throws -> Bool {
    guard a.count == b.count else { return false }
    for (a, b) in zip(a, b) where try !areEqualItems(a, b) { return false }
    return true
  }

  private static func areEqualItems(_ a: Datum, _ b: Datum) throws -> Bool {
    if case .tensor(let a) = a, case .tensor(let b) = b, a.isSame(as: b) { return true }
    guard Operand(a) != nil, Operand(b) != nil else { return try areEqual(a, b) }
    switch try Operators.value(.equal, a, b) {
    case .scalar(let scalar): return scalar.isTrue
    case .tensor(let tensor):
      guard let item = tensor.item else { throw Refusal.manyTruths() }
      return item.isTrue
    default: return false
    }
  }
}

extension TensorValue {
  /// Whether both are one object in Python, as far as their storage tells.
  fileprivate func isSame(as other: TensorValue) -> Bool {
    if case .float32(let a) = self, case .float32(let b) = other {
      a.tensor.shape == b.tensor.shape && a.tensor.sharesStorage(with: b.tensor)
    } else {
      false
    }
  }
}

extension Refusal {
  fileprivate static func manyTruths() -> Refusal {
    Refusal(
      "tensors of several elements are not equal or different as a whole",
      remedy: "a.equal(b) compares two tensors")
  }
}
