import Language

/// Where a cursor stands in a cell: the command it is in, and the word.
struct CursorPlace {
  /// Where a bracket was opened, and which.
  struct Bracket {
    let byte: UInt8
    let place: Int
  }

  private let bytes: [UInt8]
  /// Where the command begins.
  private(set) var commandStart = 0
  /// Where the word begins; inside brackets the whole word with them.
  private(set) var wordStart = 0
  /// The brackets that are open within the word, outermost first.
  private(set) var brackets: [Bracket] = []
  /// Where the string begins that the cursor is in: its quotation mark.
  private(set) var stringStart: Int?
  /// Whether the cursor is in a comment.
  private(set) var isInComment = false

  /// Reads a text up to the cursor.
  init(_ before: some Sequence<UInt8>) {
    bytes = Array(before)
    var isEscaped = false
    for (place, byte) in bytes.enumerated() {
      if isInComment {
        guard byte == UInt8(ascii: "\n") else { continue }
        isInComment = false
      }
      if stringStart != nil {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n") {
          stringStart = nil
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): stringStart = place
      case UInt8(ascii: "#"): isInComment = true
      case UInt8(ascii: "["), UInt8(ascii: "("): brackets.append(Bracket(byte: byte, place: place))
      case UInt8(ascii: "]"), UInt8(ascii: ")"): _ = brackets.popLast()
      case UInt8(ascii: ";"), UInt8(ascii: "\n"), UInt8(ascii: "{"), UInt8(ascii: "}"):
        if brackets.isEmpty { (commandStart, wordStart) = (place + 1, place + 1) }
      case UInt8(ascii: " "), UInt8(ascii: "\t"):
        if brackets.isEmpty { wordStart = place + 1 }
      default: break
      }
    }
  }

  /// The text of a part.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The command's text before the word.
  var command: String { text(commandStart..<wordStart) }

  /// The word up to the cursor.
  var word: String { text(wordStart..<bytes.count) }

  /// What was typed of a name, a function or a path of attributes: `gr` of `x*gr`.
  var expressionTail: String {
    let tail = bytes.reversed().prefix {
      $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
    }
    let text = String(decoding: tail.reversed(), as: UTF8.self)
    guard let before = bytes.dropLast(tail.count).last else { return text }
    // What is taken of an element or of a call is not looked up.
    return text.hasPrefix(".") && before.isClosingBracket ? word : text
  }

  /// Whether the command before the word is computed with: `weight * `, `x = `.
  var goesOnWithAnOperator: Bool {
    guard let last = command.utf8.last(where: { !$0.isBlank }) else { return false }
    return "+-*/%@&|^<>=~".utf8.contains(last)
  }

  /// The place of the cursor.
  var end: Int { bytes.count }
}
