import Gradients
import Tensors

// Functions that give whole numbers; those of int64 stay what they are.

/// `floor`: the whole number below.
enum FloorFunction: NumericFunction {
  static let name = "floor"
  static let summary = "the whole number at or below each element"
  static let example = "floor(tensor([1.5, -1.5]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(StepFunction(.floor), x) }

  static func integer(_ x: Int64) -> Int64 { x }
}

/// `ceil`: the whole number above.
enum CeilFunction: NumericFunction {
  static let name = "ceil"
  static let summary = "the whole number at or above each element"
  static let example = "ceil(tensor([1.5, -1.5]))"

  static func floats(_ x: Variable) throws -> Variable { try Variable(StepFunction(.ceiling), x) }

  static func integer(_ x: Int64) -> Int64 { x }
}

/// `round`: the nearest number with so many digits after the point.
enum RoundFunction: Function {
  static let name = "round"
  static let summary = "the nearest whole number, of two the even one; decimals= keeps digits"
  static let example = "round(tensor([0.5, 1.5, 2.6]))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let decimals = FunctionParameter<Int>.integer("decimals").defaulting(
    to: 0, written: "0")
  static let signatures = [Signature(input, keywords: [decimals])]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    switch input {
    case .float32(let x):
      // PyTorch names it otherwise where the digits are given, 0 too.
      let kind: StepFunction.Kind =
        call.has(decimals) ? .roundToDecimals(try call[decimals]) : .round
      return .tensor(.float32(try Variable(StepFunction(kind), x)))
    case .int64:
      guard !call.has(decimals) else { throw Refusal.wholeAlready().about(decimals) }
      return .tensor(input)
    case .bool: throw Refusal.noBool(name)
    }
  }
}

extension Refusal {
  fileprivate static func wholeAlready() -> Refusal {
    Refusal(
      "decimals= takes a tensor of float32, and this one is of int64",
      remedy: "x.float().round(decimals=1)")
  }
}
