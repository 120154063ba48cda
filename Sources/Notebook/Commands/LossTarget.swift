import Gradients
import Tensors

/// What a loss compares with: a number, a literal or a reference.
enum LossTarget {
  case number(Double)
  case literal(Tensor)
  case reference(ReferenceSyntax)

  /// A target once its reference is looked up.
  enum Resolved {
    case number(Double)
    case value(Variable)
  }

  static let parameter = Argument<LossTarget>(
    "target", kind: .reference, fits: { _ in true },
    decode: { value, range in
      if let number = value.number { return .number(number) }
      if case .literal(let tensor, _) = value { return .literal(tensor) }
      return .reference(try Argument<ReferenceSyntax>.reference().decode(value, range: range))
    })

  func value(in evaluation: Evaluation) throws -> Resolved {
    switch self {
    case .number(let number): .number(number)
    case .literal(let tensor): .value(Variable(tensor))
    case .reference(let reference): .value(try evaluation.tensor(reference))
    }
  }
}
