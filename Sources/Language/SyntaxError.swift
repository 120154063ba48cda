/// Why a cell's text cannot be read.
public enum SyntaxError: Error, Equatable, Explained {
  case controlCharacter(UInt8)
  case unexpected(String)
  case noParentheses(String, isEmpty: Bool)
  case missingTargetValue
  case badTarget(String)
  case twoNames
  case augmented(String, target: String)
  case assignmentWithin
  case operatorOutside(String)
  case missingOperand(String)
  case noValue
  case chain
  case wordOperator(String)
  case conditional
  case comprehension
  case commaOutside
  case bracketAfterBlank(String)
  case notCallable(String)
  case numberHasNoMembers(String)
  case numberTooLarge(String)
  case badModule(String)
  case tooNested
  case repeatTakesOne
  case loopNeedsName
  case loopNeedsIn
  case loopNeedsValues(String)
  case loopNeedsBlock
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
    case .missingTargetValue: "there is no value after '='"
    case .badTarget(let text): "nothing can be given to '\(text.shortened)'"
    case .twoNames: "a value takes one name, before '=' or after 'as'"
    case .augmented(let symbol, _): "'\(symbol)' changes a value in place"
    case .assignmentWithin: "'=' gives a name, and compares nothing"
    case .operatorOutside(let text):
      "'\(text.shortened)' is computed within parentheses only, as an argument"
    case .missingOperand(let symbol): "there is no value after '\(symbol)'"
    case .noValue: "a value is missing here"
    case .chain: "comparisons cannot be chained"
    case .wordOperator(let word): "tensors have no '\(word)'"
    case .conditional: "tensors have no 'if' and 'else'"
    case .comprehension: "a list is written out, without 'for'"
    case .commaOutside: "a comma stands only within brackets"
    case .bracketAfterBlank: "unexpected '['"
    case .notCallable(let text): "'\(text.shortened)' is a value, not a function"
    case .numberHasNoMembers(let text): "'\(text)' is a number, which has no methods"
    case .numberTooLarge(let text): "'\(text.shortened)' has more than 63 bits"
    case .badModule(let text): "there is no module '\(text.shortened)' here"
    case .tooNested: "this is nested too deeply"
    case .repeatTakesOne: "repeat takes one count"
    case .loopNeedsName: "'for' needs a name"
    case .loopNeedsIn: "'in' is missing after the loop's name"
    case .loopNeedsValues(let word): "there is nothing after '\(word)'"
    case .loopNeedsBlock: "the loop has no '{ … }'"
    case .noParentheses(let verb, _): "commands take no parentheses: '\(verb.shortened)('"
    case .noVerb: "a statement starts with a verb, a name or a value"
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
    case .badTarget:
      "a name, a layer's weight, bias or mask, and input take values: x = …, m.weight[0] = …"
    case .missingTargetValue: "write: x = weight * 2"
    case .augmented(let symbol, let target):
      "write: \(target.shortened) = \(target.shortened) \(symbol.dropLast()) …"
    case .assignmentWithin: "'==' compares"
    case .operatorOutside(let text):
      text.count < 30 && !Self.isOperator(text)
        ? "write: (\(text))" : "put the whole value in parentheses: (x * 2)"
    case .chain: "write: (0 < x) & (x < 1)"
    case .wordOperator(let word):
      word.hasPrefix("not")
        ? "write: ~x" : "write: (0 < x) \(word.hasPrefix("or") ? "|" : "&") (x < 1)"
    case .conditional: "write: where(condition, x, y)"
    case .comprehension: "a loop stacks its values: for i in range(3) { … }"
    case .commaOutside: "several values stand in parentheses or brackets; statements end with ';'"
    case .bracketAfterBlank(let text):
      "an element is \(text.shortened)[…], without a blank; between two values stands an operator"
    case .notCallable: "a function's parenthesis follows its name: relu(x), x.sum()"
    case .numberHasNoMembers(let text): "tensor(\(text)) has"
    case .badModule: "functions are spelled torch.sum(x), F.relu(x), x.sum() or sum(x)"
    case .tooNested: "give a part of it a name, and go on with that"
    case .repeatTakesOne, .loopNeedsBlock: "such as: repeat 10 { forward; backward; step 0.1 }"
    case .loopNeedsName, .loopNeedsIn, .loopNeedsValues: "such as: for r in 0.25 0.5 { mask r }"
    case .blankAroundEquals: "write: key=value"
    case .unclosedString: "close it with \""
    case .badEscape: "only \\\" and \\\\ are escapes"
    case .unclosedBracket(let open): "close it with \(Self.closing(open))"
    case .summarized: "print it whole first: printoptions threshold=inf"
    case .badIndex: "indices are such as 0, -1, 1:3, ..., None, a mask: grad[0, 1:]"
    case .badReference: "references are such as grad, m.weight, grad[0, -1], Out[3] and _"
    case .badName, .missingName: "a name is a letter and then letters, digits or _"
    case .badElement: "numbers look like 1, -0.5, 1e-7, nan, inf"
    case .badType: "numbers and truth values can be read: dtype=torch.float32"
    case .badSize: "one of the sizes is 0, and there are no numbers: tensor([], size=(0, 3))"
    case .badSuffix: "such as: tensor([1., 2.], requires_grad=True)"
    default: nil
    }
  }

  private static func isOperator(_ text: String) -> Bool { !text.utf8.contains { $0.isLetter } }

  private static func closing(_ open: Character) -> Character {
    switch open {
    case "[": "]"
    case "{": "}"
    default: ")"
    }
  }
}
