import Functions
import Gradients
import Tensors

/// A rule that is affine in grad, taken apart: factor · grad + added.
public struct AffineRule: Sendable {
  /// What grad is multiplied by; nil for 0.
  public let factor: UnitRule?
  /// What is added, free of grad; nil for 0.
  public let added: UnitRule?

  /// Takes a rule apart; nil where it is not affine in grad, as far as its form says: grad only under
  /// + and −, in products and quotients with what is free of it, and in the branches of `where`.
  public init?(_ rule: UnitRule) {
    guard rule.speaks(of: .gradient) else {
      (factor, added) = (nil, rule)
      return
    }
    switch rule {
    case .name:
      (factor, added) = (.number(.float(1)), nil)
    case .unary(let symbol, let operand) where symbol != .invert:
      guard let parts = AffineRule(operand) else { return nil }
      factor = parts.factor.map { .unary(symbol, $0) }
      added = parts.added.map { .unary(symbol, $0) }
    case .binary(let symbol, let first, let second) where symbol == .add || symbol == .subtract:
      guard let left = AffineRule(first), let right = AffineRule(second) else { return nil }
      func joined(_ first: UnitRule?, _ second: UnitRule?) -> UnitRule? {
        guard let second else { return first }
        guard let first else { return symbol == .add ? second : .unary(.minus, second) }
        return .binary(symbol, first, second)
      }
      factor = joined(left.factor, right.factor)
      added = joined(left.added, right.added)
    case .binary(.multiply, let first, let second):
      let isFirst = first.speaks(of: .gradient)
      guard !isFirst || !second.speaks(of: .gradient),
        let parts = AffineRule(isFirst ? first : second)
      else { return nil }
      func times(_ part: UnitRule) -> UnitRule {
        .binary(.multiply, isFirst ? part : first, isFirst ? second : part)
      }
      (factor, added) = (parts.factor.map(times), parts.added.map(times))
    case .binary(.divide, let first, let second):
      guard !second.speaks(of: .gradient), let parts = AffineRule(first) else { return nil }
      factor = parts.factor.map { .binary(.divide, $0, second) }
      added = parts.added.map { .binary(.divide, $0, second) }
    case .call(let function, let arguments, let isMethod)
    where function.name == "where" && arguments.count == 3:
      // As a method the condition is the second one.
      let condition = isMethod ? 1 : 0
      guard !arguments[condition].value.speaks(of: .gradient) else { return nil }
      let parts = arguments.map { AffineRule($0.value) }
      guard parts.allSatisfy({ $0 != nil }) else { return nil }
      func chosen(_ part: (AffineRule) -> UnitRule?) -> UnitRule {
        .call(
          function,
          arguments.indices.map { place in
            let value =
              place == condition
              ? arguments[place].value : parts[place].flatMap(part) ?? .number(.float(0))
            return (arguments[place].name, value)
          }, isMethod: isMethod)
      }
      (factor, added) = (chosen(\.factor), chosen(\.added))
    default: return nil
    }
  }
}

extension UnitRule {
  /// The value of a part of a rule, which may be a number or of another type; 0 where there is none.
  ///
  /// - Throws: as ``value(_:mask:gradient:)``.
  static func value(_ part: UnitRule?, _ dense: Tensor, mask: Tensor) throws -> Tensor {
    guard let part else { return try Tensor(repeating: 0, shape: dense.shape) }
    // A number, or a tensor of whole numbers, becomes a tensor of float32.
    let zero = UnitRule.binary(.multiply, .name(.mask), .number(.float(0)))
    return try UnitRule.binary(.add, part, zero).value(Variable(dense), mask: mask).tensor
  }
}
