/// Why a cell's text cannot be read.
public enum SyntaxError: Error, Equatable, Explained {
  case controlCharacter(UInt8)
  case unexpected(String)
  case noParentheses(String, isEmpty: Bool)
  case assignment(String)
  case numberAlone(String)
  case operation(String)
  case noVerb
  case emptyCommand
  case blankAroundEquals
  case missingValue(key: String)
  case badKey(String)
  case unclosedString
  case badEscape(String)
  case unclosedBracket(Character)
  case ragged(expected: Int, found: Int)
  case mixedDepth
  case badElement(String)
  case mismatched(Character, open: Character)
  case missingComma(String)
  case missingCommaInCall(String)
  case summarized
  case tooDeep
  case callsTooDeep
  case badIndex(String)
  case badReference(String)
  case missingName
  case badName(String)
  case trailing(String)
  case trailingValue(String)
  case badSuffix(String)
  case badType(String)
  case badSize(String)

  public var message: String {
    switch self {
    case .controlCharacter(let byte):
      "a control character, U+00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        + ", does not belong here"
    case .unexpected(let text), .missingComma(let text), .missingCommaInCall(let text):
      "unexpected '\(text.shortened)'"
    case .mismatched(let closing, let open): "'\(closing)' does not close '\(open)'"
    case .numberAlone(let text): "'\(text.shortened)' is a number and not a command"
    case .operation(let text):
      "'\(text.shortened)' stands in no command: expressions are not computed"
    case .noParentheses(let verb, _): "commands take no parentheses: '\(verb.shortened)('"
    case .assignment: "nothing is set with '='"
    case .noVerb: "a command starts with a verb or a name"
    case .emptyCommand: "there is no command before this ';'"
    case .blankAroundEquals: "no blanks around '='"
    case .missingValue(let key): "'\(key.shortened)=' has no value"
    case .badKey(let key): "'\(key.shortened)' is not a key"
    case .unclosedString: "the string is not closed"
    case .badEscape(let text): "'\\\(text)' is not an escape"
    case .unclosedBracket(let bracket): "the '\(bracket)' is not closed"
    case .ragged(let expected, let found):
      "the literal is ragged: \(expected) element\(expected == 1 ? "" : "s") before, \(found) here"
    case .mixedDepth: "the literal is ragged: numbers and lists stand side by side"
    case .badElement(let text): "'\(text.shortened)' is not a number"
    case .summarized: "a summarized tensor ('...') does not hold all its values"
    case .tooDeep: "a literal has at most 8 levels"
    case .callsTooDeep: "parentheses have at most 64 levels"
    case .badIndex(let text): "'\(text.shortened)' is not an index"
    case .badReference(let text): "'\(text.shortened)' is not a reference"
    case .missingName: "'as' needs a name"
    case .badName(let name): "'\(name.shortened)' cannot be a name"
    case .trailing(let text): "unexpected '\(text.shortened)' after the name"
    case .trailingValue(let quoted): "unexpected \(quoted) after the name"
    case .badSuffix(let text): "'\(text.shortened)' does not belong to a printed tensor"
    case .badType(let text): "a tensor of \(text.shortened) cannot be read"
    case .badSize(let text): "no empty tensor has the size \(text.shortened)"
    }
  }

  public var remedy: String? {
    switch self {
    case .unexpected(let text) where text.hasPrefix("("):
      "blanks stand between arguments, without parentheses"
    case .missingComma: "commas stand between numbers: [1, 2]"
    case .missingCommaInCall: "in parentheses commas stand between arguments: conv(1, 2, 3)"
    case .mismatched(_, let open): "close it with \(Self.closing(open))"
    case .numberAlone(let text): "write: tensor \(text.shortened)"
    case .operation: "a value is a name, an attribute, an element, or numbers in brackets"
    case .blankAroundEquals: "write: key=value"
    case .unclosedString: "close it with \""
    case .badEscape: "only \\\" and \\\\ are escapes"
    case .unclosedBracket(let open): "close it with \(Self.closing(open))"
    case .summarized: "print it whole first: printoptions threshold=inf"
    case .badIndex: "an index is a whole number, negative from the end: grad[0,-1]"
    case .badReference: "references are such as grad, m.weight, grad[0, -1], Out[3] and _"
    case .badName, .missingName: "a name is a letter and then letters, digits or _"
    case .badElement: "numbers look like 1, -0.5, 1e-7, nan, inf"
    case .badType: "numbers and truth values can be read: dtype=torch.float32"
    case .badSize: "one of the sizes is 0, and there are no numbers: tensor([], size=(0, 3))"
    case .badSuffix: "such as: tensor([1., 2.], requires_grad=True)"
    default: nil
    }
  }

  private static func closing(_ open: Character) -> Character {
    switch open {
    case "[": "]"
    case "{": "}"
    default: ")"
    }
  }
}
