import Gradients
import Tensors

/// `clamp`: each element, or the limit that it passes.
enum ClampFunction: Function {
  static let name = "clamp"
  static let otherNames = ["clip"]
  static let summary = "each element, or the limit that it passes; limits are numbers or tensors"
  static let example = "clamp(tensor([-1., 0.5, 2.]), 0, 1)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let lowerTensor = FunctionParameter<TensorValue>.tensor("min").optional
  private static let upperTensor = FunctionParameter<TensorValue>.tensor("max").optional
  private static let lowerNumber = FunctionParameter<Scalar>.scalar("min").optional
  private static let upperNumber = FunctionParameter<Scalar>.scalar("max").optional
  static let signatures = [
    Signature(input, lowerTensor, upperTensor), Signature(input, lowerNumber, upperNumber),
  ]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let lower: Operand?
    let upper: Operand?
    if call.signature == 0 {
      (lower, upper) = (
        try call[lowerTensor].map(Operand.tensor), try call[upperTensor].map(Operand.tensor)
      )
    } else {
      (lower, upper) = (
        try call[lowerNumber].map(Operand.scalar), try call[upperNumber].map(Operand.scalar)
      )
    }
    let input = Operand.tensor(try call[input])
    let operands = [input, lower, upper].compactMap(\.self)
    return .tensor(try value(input, lower, upper).strided(as: operands))
  }

  private static func value(
    _ x: Operand, _ lower: Operand?, _ upper: Operand?
  ) throws -> TensorValue {
    let limits = [lower, upper].compactMap(\.self)
    guard !limits.isEmpty else { throw Refusal.noLimit() }
    var shape = x.shape
    for limit in limits {
      guard let common = try shape.broadcast(with: limit.shape) else {
        throw Refusal.shapes(shape, limit.shape)
      }
      shape = common
    }
    switch limits.reduce(x.dataType, { $0.promoted(with: $1.dataType) }) {
    case .bool: return .bool(try truths(x, lower, upper))
    case .int64:
      var result = try x.integers()
      if let lower { result = try result.broadcast(lower.integers(), LargerWhole()) }
      if let upper { result = try result.broadcast(upper.integers(), SmallerWhole()) }
      return .int64(result)
    case .float32: return .float32(try floats(x.floats(), lower, upper))
    }
  }

  /// One tensor as a limit makes it the maximum or the minimum, which alone PyTorch has for bool.
  private static func truths(
    _ x: Operand, _ lower: Operand?, _ upper: Operand?
  ) throws -> BooleanTensor {
    switch (lower, upper) {
    case (.tensor(let lower), nil): try x.booleans().broadcast(lower.booleans(), Either())
    case (nil, .tensor(let upper)): try x.booleans().broadcast(upper.booleans(), Both())
    default: throw Refusal.noBool(name)
    }
  }

  private static func floats(
    _ x: Variable, _ lower: Operand?, _ upper: Operand?
  ) throws -> Variable {
    switch (lower, upper) {
    case (.tensor(let lower), .tensor(let upper)):
      return try Variable(ClampBetween(), x, lower.floats(), upper.floats())
    case (.tensor(let lower), _): return try Variable(Larger.lowerLimit, x, lower.floats())
    case (_, .tensor(let upper)): return try Variable(Larger.upperLimit, x, upper.floats())
    default: return try Variable(Clamp(lower?.number, upper?.number), x)
    }
  }
}

extension Operand {
  /// The number that it is, rounded to float32; nil of a tensor.
  fileprivate var number: Float? {
    if case .scalar(let scalar) = self { scalar.float } else { nil }
  }
}

extension Refusal {
  fileprivate static func noLimit() -> Refusal {
    Refusal("clamp needs a limit", remedy: "min=, max= or both")
  }
}
