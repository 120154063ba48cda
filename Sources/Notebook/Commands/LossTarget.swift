import Language
import Gradients

/// What a loss compares with: a number or a tensor.
enum LossTarget {
  case number(Double)
  case tensor(TensorSyntax)

  /// A target once its reference is looked up.
  enum Resolved {
    case number(Double)
    case value(Variable)
  }

  static let parameter = Argument<LossTarget>(
    "target", kind: .reference, fits: { _ in true },
    decode: { value, range in
      if let number = value.number { return .number(number) }
      return .tensor(try Argument<TensorSyntax>.tensor().decode(value, range: range))
    })

  func value(in evaluation: Evaluation) throws -> Resolved {
    switch self {
    case .number(let number): .number(number)
    case .tensor(let syntax): .value(try evaluation.tensor(syntax))
    }
  }
}
