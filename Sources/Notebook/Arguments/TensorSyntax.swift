import Functions
import Language
import Tensors

/// A tensor as it is given: written out, by what holds it, or computed.
enum TensorSyntax {
  case literal(Tensor)
  case reference(ReferenceSyntax)
  /// What was computed, and where its argument stands.
  case value(TensorValue, SourceRange)

  /// What it is called in a message.
  var text: String {
    switch self {
    case .literal: "the literal"
    case .reference(let reference): reference.text
    case .value: "the value"
    }
  }
}

extension Argument where Value == TensorSyntax {
  /// A literal, a reference to a value, or a value that was computed.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - words: what can stand there besides; it is read as a reference.
  /// - Returns: the parameter.
  static func tensor(_ name: String = "TENSOR", words: [String] = []) -> Argument {
    let reference = Argument<ReferenceSyntax>.reference()
    return Argument(
      name, kind: .reference, words: words,
      fits: { value in
        switch value {
        case .literal, .evaluated(.tensor, _): true
        default: reference.fits(value)
        }
      },
      decode: { value, range in
        switch value {
        case .literal(let literal): return .literal(literal.tensor)
        case .evaluated(.tensor(let tensor), _): return .value(tensor, range)
        default: break
        }
        guard reference.fits(value) else { throw ArgumentError.notATensor(value.quoted) }
        return .reference(try reference.decode(value, range: range))
      })
  }
}
