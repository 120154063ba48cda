/// Why a cell's text cannot be read.
public enum SyntaxError: Error, Equatable, Explained {
  case controlCharacter(UInt8)
  case unexpected(String)
  case noParentheses(String, isEmpty: Bool)
  case assignment(String)
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
  case missingComma(String)
  case summarized
  case tooDeep
  case badIndex(String)
  case badReference(String)
  case missingName
  case badName(String)
  case trailing(String)
  case trailingValue(String)
  case badSuffix(String)

  public var message: String {
    switch self {
    case .controlCharacter(let byte):
      "a control character, U+00" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        + ", does not belong here"
    case .unexpected(let text), .missingComma(let text): "unexpected '\(text.shortened)'"
    case .noParentheses(let verb, _): "commands take no parentheses: '\(verb.shortened)('"
    case .assignment: "nothing is set with '='"
    case .noVerb: "a command starts with a verb or a name"
    case .emptyCommand: "there is no command before this ';'"
    case .blankAroundEquals: "no blanks around '='"
    case .missingValue(let key): "'\(key.shortened)=' has no value"
    case .badKey(let key): "'\(key.shortened)' is no key"
    case .unclosedString: "the string is not closed"
    case .badEscape(let text): "'\\\(text)' is no escape"
    case .unclosedBracket(let bracket): "the '\(bracket)' is not closed"
    case .ragged(let expected, let found):
      "the literal is ragged: \(expected) element\(expected == 1 ? "" : "s") before, \(found) here"
    case .mixedDepth: "the literal is ragged: numbers and lists stand side by side"
    case .badElement(let text): "'\(text.shortened)' is no number"
    case .summarized: "a summarized tensor ('...') does not hold all its values"
    case .tooDeep: "a literal has at most 8 levels"
    case .badIndex(let text): "'\(text.shortened)' is no index"
    case .badReference(let text): "'\(text.shortened)' is no reference"
    case .missingName: "'as' needs a name"
    case .badName(let name): "'\(name.shortened)' cannot be a name"
    case .trailing(let text): "unexpected '\(text.shortened)' behind the name"
    case .trailingValue(let quoted): "unexpected \(quoted) behind the name"
    case .badSuffix(let text): "'\(text.shortened)' is nothing that a printed tensor ends with"
    }
  }

  public var remedy: String? {
    switch self {
    case .unexpected(let text) where text.hasPrefix("("):
      "blanks stand between arguments, without parentheses"
    case .missingComma: "commas stand between numbers: [1, 2]"
    case .noParentheses("Out", _): "write: Out[1]"
    case .noParentheses(let verb, let isEmpty):
      if !CommandTable.verbs.contains(verb) {
        "help lists the commands"
      } else if isEmpty {
        "write: \(verb)"
      } else {
        "write: \(verb), then its arguments with blanks between"
      }
    case .assignment(let word):
      CommandTable.verbs.contains(word)
        ? "write: \(word), then the value behind a blank"
        : "a value gets a name with: … as \(word.shortened)"
    case .blankAroundEquals: "write: key=value"
    case .unclosedString: "close it with \""
    case .badEscape: "only \\\" and \\\\ are escapes"
    case .unclosedBracket("["): "close it with ]"
    case .unclosedBracket: "close it with )"
    case .summarized: "print it whole first: printoptions threshold=inf"
    case .badIndex: "an index is a whole number, negative from the end: grad[0,-1]"
    case .badReference: "references are such as grad, m.weight, grad[0, -1], Out[3] and _"
    case .badName, .missingName: "a name is a letter and then letters, digits or _"
    case .badElement: "numbers look like 1, -0.5, 1e-7, nan, inf"
    default: nil
    }
  }
}
