import Gradients
import Tensors

/// A question about each element that only a float can answer otherwise than the rest.
protocol FloatQuestion: Function {
  /// The answer for a float.
  static func answer(_ x: Float) -> Bool
  /// The answer for every whole number and truth value.
  static var answerForWhole: Bool { get }
}

extension FloatQuestion {
  static var signatures: [Signature] { ElementwiseInput.alone }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[ElementwiseInput.input]
    guard let tensor = input.variable?.tensor else {
      let answers = try BooleanTensor(shape: input.shape) { _ in answerForWhole }
      return .tensor(TensorValue.bool(answers).strided(as: input))
    }
    let answers = try BooleanTensor(shape: input.shape) { answer(tensor.elements[$0]) }
    return .tensor(TensorValue.bool(answers).strided(as: input))
  }
}

/// `isnan`: which elements are no numbers.
enum IsNaNFunction: FloatQuestion {
  static let name = "isnan"
  static let summary = "for each element whether it is nan"
  static let example = "isnan(tensor([1., nan]))"
  static let answerForWhole = false

  static func answer(_ x: Float) -> Bool { x.isNaN }
}

/// `isinf`: which elements are infinite.
enum IsInfFunction: FloatQuestion {
  static let name = "isinf"
  static let summary = "for each element whether it is infinite"
  static let example = "isinf(tensor([1., -inf]))"
  static let answerForWhole = false

  static func answer(_ x: Float) -> Bool { x.isInfinite }
}

/// `isfinite`: which elements are neither.
enum IsFiniteFunction: FloatQuestion {
  static let name = "isfinite"
  static let summary = "for each element whether it is neither infinite nor nan"
  static let example = "isfinite(tensor([1., inf]))"
  static let answerForWhole = true

  static func answer(_ x: Float) -> Bool { x.isFinite }
}
