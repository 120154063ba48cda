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
    case .float32: try compare(a.floats().tensor.plain, b.floats().tensor.plain)
    case .int64: try compare(a.integers(), b.integers())
    case .bool: try compare(a.booleans(), b.booleans())
    }
  }

  private func compare<Element: Ranked>(
    _ a: PlainTensor<Element>, _ b: PlainTensor<Element>
  ) throws -> BooleanTensor {
    switch op {
    case .equal: try a.broadcast(b, Equal())
    case .notEqual: try a.broadcast(b, Unequal())
    case .less: try a.broadcast(b, Less())
    case .lessOrEqual: try a.broadcast(b, LessOrEqual())
    case .greater: try b.broadcast(a, Less())
    default: try b.broadcast(a, LessOrEqual())
    }
  }
}

/// What comparisons compare: Swift's truth values have no order.
private protocol Ranked: Equatable, Sendable {
  static func < (a: Self, b: Self) -> Bool
  static func <= (a: Self, b: Self) -> Bool
}

extension Float: Ranked {}
extension Int64: Ranked {}

extension Bool: Ranked {
  fileprivate static func < (a: Bool, b: Bool) -> Bool { !a && b }
  fileprivate static func <= (a: Bool, b: Bool) -> Bool { !a || b }
}

private struct Equal<Element: Equatable & Sendable>: PairFunction {
  func callAsFunction(_ a: Element, _ b: Element) -> Bool { a == b }
}

/// Whether two elements differ.
struct Unequal<Element: Equatable & Sendable>: PairFunction {
  func callAsFunction(_ a: Element, _ b: Element) -> Bool { a != b }
}

private struct Less<Element: Ranked>: PairFunction {
  func callAsFunction(_ a: Element, _ b: Element) -> Bool { a < b }
}

private struct LessOrEqual<Element: Ranked>: PairFunction {
  func callAsFunction(_ a: Element, _ b: Element) -> Bool { a <= b }
}

extension Tensor {
  /// The same values, without the kernels.
  fileprivate var plain: PlainTensor<Float> { PlainTensor(elements, shape: shape) }
}
