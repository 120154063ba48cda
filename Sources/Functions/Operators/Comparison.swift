import Tensors

/// The operators that compare, element by element.
struct Comparison {
  private let op: BinaryOperator

  /// The comparison of an operator; nil where it compares nothing.
  init?(_ op: BinaryOperator) {
    switch op {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: self.op = op
    default: return nil
    }
  }

  /// Whether it holds for each pair of elements, in the type that holds both.
  ///
  /// - Throws: ``Refusal`` where the shapes do not fit; `ShapeError`, `Cancelled`.
  func value(_ a: Operand, _ b: Operand) throws -> BooleanTensor {
    switch a.dataType.promoted(with: b.dataType) {
    case .float32:
      let (first, second) = (try a.floats().tensor, try b.floats().tensor)
      return try compare(first.plain, second.plain)
    case .int64: return try compare(a.integers(), b.integers())
    case .bool:
      let (first, second) = (try a.booleans(), try b.booleans())
      return try compare(first.map { $0 ? 1 : 0 as UInt8 }, second.map { $0 ? 1 : 0 as UInt8 })
    }
  }

  @inline(__always)
  private func compare<Element: Comparable>(
    _ a: PlainTensor<Element>, _ b: PlainTensor<Element>
  ) throws -> BooleanTensor {
    switch op {
    case .equal: try a.broadcast(b, ==)
    case .notEqual: try a.broadcast(b, !=)
    case .less: try a.broadcast(b, <)
    case .lessOrEqual: try a.broadcast(b, <=)
    case .greater: try a.broadcast(b, >)
    default: try a.broadcast(b, >=)
    }
  }
}

extension Tensor {
  /// The same values, without the kernels.
  fileprivate var plain: PlainTensor<Float> { PlainTensor(elements, shape: shape) }
}
