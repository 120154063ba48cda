// What the grammar's characters are: bytes of UTF-8, and the words made of them.

extension UInt8 {
  package var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
  package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  package var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0d }

  /// A control character that is no blank.
  package var isControl: Bool { self < 0x20 && !isBlank || self == 0x7f }

  /// Whether it ends a word and means something itself.
  package var isDelimiter: Bool {
    switch self {
    case UInt8(ascii: ";"), UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "="),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"):
      true
    default: false
    }
  }

  /// Whether it can stand in a word.
  package var isWordByte: Bool { self > 0x20 && self != 0x7f && !isDelimiter }

  /// Whether it goes on with a character that an earlier byte has begun.
  package var isContinuation: Bool { self & 0xc0 == 0x80 }

  /// The bracket that closes this one, if it opens.
  package var closingBracket: UInt8? {
    switch self {
    case UInt8(ascii: "("): UInt8(ascii: ")")
    case UInt8(ascii: "["): UInt8(ascii: "]")
    case UInt8(ascii: "{"): UInt8(ascii: "}")
    default: nil
    }
  }

  package var isClosingBracket: Bool {
    self == UInt8(ascii: ")") || self == UInt8(ascii: "]") || self == UInt8(ascii: "}")
  }
}

extension String {
  /// The text, cut in the middle of nowhere but never long: for messages that quote input.
  package var shortened: String {
    count <= 40 ? self : prefix(37) + "…"
  }

  /// Whether this is a letter and then letters, digits or `_`, all ASCII.
  package var isIdentifier: Bool {
    guard let first = utf8.first, first.isLetter else { return false }
    return utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
  }

  /// The text without blanks at its end.
  package var trimmingTrailingBlanks: String {
    guard utf8.last?.isBlank == true else { return self }
    let bytes = Array(utf8)
    let end = bytes.lastIndex { !$0.isBlank }.map { $0 + 1 } ?? 0
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// Whether the line is blank or holds only a comment.
  public var isProseOrBlank: Bool {
    guard let first = utf8.first(where: { !$0.isBlank }) else { return true }
    return first == UInt8(ascii: "#")
  }
}

extension StringProtocol {
  /// The text without blanks at its ends.
  package var trimmingBlanks: String {
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { !$0.isBlank }),
      let last = bytes.lastIndex(where: { !$0.isBlank })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
