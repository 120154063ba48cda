import Functions
import Language

extension Argument where Value == RuleSyntax {
  /// An expression that is kept as it is written.
  static func rule(_ name: String) -> Argument {
    Argument(
      name, kind: .rule, fits: { _ in true },
      decode: { value, range in
        switch value {
        case .expression(let expression, let written):
          return RuleSyntax(expression, text: written)
        case .stage(_, orExpression: let expression?, let written):
          return RuleSyntax(expression, text: written)
        case .reference(let reference):
          return RuleSyntax(Expression(.reference(reference), range), text: reference.text)
        case .word(let word):
          if let number = Scalar(word: word) {
            return RuleSyntax(Expression(.scalar(number), range), text: word)
          }
          return RuleSyntax(
            Expression(.reference(try Parser.reference(word, range: range)), range), text: word)
        default: throw ArgumentError.notARule(name, value.quoted)
        }
      })
  }
}

/// An expression as it is written.
struct RuleSyntax {
  let expression: Expression
  /// How it is written, without parentheses around it.
  let text: String

  init(_ expression: Expression, text: String) {
    self.expression = expression
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    self.text = line.isInParentheses ? String(line.dropFirst().dropLast()) : line
  }
}

extension Scalar {
  /// The number that a word is.
  fileprivate init?(word: String) {
    if let whole = Int(word) {
      self = .integer(whole)
    } else if let number = Double(literal: word) {
      self = .float(number)
    } else {
      return nil
    }
  }
}

extension String {
  /// Whether it begins with a parenthesis that its last character closes.
  var isInParentheses: Bool {
    guard hasPrefix("("), hasSuffix(")") else { return false }
    var depth = 0
    for index in indices {
      if self[index] == "(" { depth += 1 }
      if self[index] == ")" { depth -= 1 }
      if depth == 0 { return self.index(after: index) == endIndex }
    }
    return false
  }
}
