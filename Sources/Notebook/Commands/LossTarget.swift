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

  /// What it stands for: a name may hold a number.
  ///
  /// - Throws: ``Placed``, `Cancelled`.
  func value(in evaluation: Evaluation) throws -> Resolved {
    switch self {
    case .number(let number): return .number(number)
    case .tensor(.reference(let reference)):
      if case .scalar(let scalar)? = try evaluation.resolve(reference).datum {
        return .number(scalar.double)
      }
      return .value(try evaluation.tensor(reference))
    case .tensor(let syntax): return .value(try evaluation.tensor(syntax))
    }
  }

  /// The number that a call's target is, in Python; nil where it is none.
  ///
  /// - Parameters:
  ///   - call: the call.
  ///   - scope: the program.
  ///   - literal: how a number that is written out is written in Python.
  /// - Returns: the expression.
  /// - Throws: ``NotInPython``, and what looking up a reference throws.
  static func number(
    of call: Call, in scope: inout PythonScope, literal: (Double) -> String
  ) throws -> String? {
    switch try call[optional: parameter] {
    case .number(let number)?:
      return scope.text(computedAt: call.range(of: parameter)) ?? literal(number)
    case .tensor(.reference(let reference))?:
      guard case .scalar? = try scope.before.resolve(reference).datum else { return nil }
      return try scope.value(of: reference).text
    default: return nil
    }
  }
}
