/// A word or a mark of a Python program, where it stands.
struct PythonToken: Equatable {
  enum Kind: Equatable {
    case name, number, mark
    /// A string, with its value.
    case text(String)
    /// A string with braces in it, `f"…"`: what is between its quotes.
    case formatted(String)
    /// A string whose kind no cell has: bytes.
    case otherText
    case lineEnd, indentation, outdentation, end
  }

  let kind: Kind
  /// It as it is written.
  let text: String
  /// Its line, from 0.
  let line: Int
}

/// Why a Python text cannot be taken apart, or cannot be said in cells.
struct Unsayable: Error {
  /// The line, from 0.
  let line: Int
  /// Why, in words that can follow a colon.
  let reason: String
  /// The cell that fails here, and with what.
  var failed: (source: String, message: String)?
}

/// A Python text as tokens and comments.
struct PythonTokens {
  /// A comment without its `#`, and whether it has its line to itself.
  struct Comment {
    let text: String
    let line: Int
    let isAlone: Bool
  }

  private(set) var tokens: [PythonToken] = []
  private(set) var comments: [Comment] = []

  private let bytes: [UInt8]
  private var place = 0
  private var line = 0
  private var depth = 0
  private var indentations = [0]

  /// The most brackets, or levels of indentation, within one another.
  static let depthLimit = 40

  /// Takes a text apart.
  ///
  /// - Throws: ``Unsayable``.
  init(_ text: String) throws(Unsayable) {
    bytes = Array(text.utf8)
    var isLineStart = true
    while place < bytes.count {
      if isLineStart {
        isLineStart = false
        guard try readIndentation() else {
          isLineStart = true
          continue
        }
      }
      try readToken()
      isLineStart = tokens.last?.kind == .lineEnd && depth == 0 && bytes[place - 1] == 0x0a
    }
    guard depth == 0 else { throw fault("a bracket is not closed") }
    if let last = tokens.last, last.kind != .lineEnd { add(.lineEnd, "") }
    for _ in indentations.dropFirst() { add(.outdentation, "") }
    add(.end, "")
  }

  private func fault(_ reason: String) -> Unsayable { Unsayable(line: line, reason: reason) }

  private mutating func add(_ kind: PythonToken.Kind, _ text: String, line: Int? = nil) {
    tokens.append(PythonToken(kind: kind, text: text, line: line ?? self.line))
  }

  private func byte(_ offset: Int = 0) -> UInt8 {
    place + offset < bytes.count ? bytes[place + offset] : 0
  }

  private func text(from start: Int) -> String {
    String(decoding: bytes[start..<place], as: UTF8.self)
  }

  /// Reads the blanks before a line.
  ///
  /// - Returns: whether the line says something.
  private mutating func readIndentation() throws(Unsayable) -> Bool {
    var width = 0
    while [0x20, 0x09, 0x0c].contains(byte()), place < bytes.count {
      width = byte() == 0x09 ? (width / 8 + 1) * 8 : width + 1
      place += 1
    }
    if byte() == 0x0d, byte(1) == 0x0a { place += 1 }
    if place >= bytes.count { return false }
    if byte() == 0x0a {
      place += 1
      line += 1
      return false
    }
    if byte() == UInt8(ascii: "#") {
      readComment(isAlone: true)
      if byte() == 0x0a {
        place += 1
        line += 1
      }
      return false
    }
    if width > indentations[indentations.count - 1] {
      guard indentations.count < Self.depthLimit else { throw fault("too many levels of blocks") }
      indentations.append(width)
      add(.indentation, "")
    }
    while width < indentations[indentations.count - 1] {
      indentations.removeLast()
      add(.outdentation, "")
      guard width <= indentations[indentations.count - 1] else { continue }
    }
    guard width == indentations[indentations.count - 1] else {
      throw fault("the indentation fits no line above")
    }
    return true
  }

  private mutating func readComment(isAlone: Bool) {
    place += 1
    let start = place
    while place < bytes.count, byte() != 0x0a { place += 1 }
    var comment = text(from: start)
    if comment.utf8.last == 0x0d { comment.removeLast() }
    comments.append(Comment(text: comment, line: line, isAlone: isAlone))
  }

  private mutating func readToken() throws(Unsayable) {
    let first = byte()
    switch first {
    case 0x20, 0x09, 0x0c, 0x0d: place += 1
    case 0x0a:
      if depth == 0 { add(.lineEnd, "") }
      place += 1
      line += 1
    case UInt8(ascii: "#"): readComment(isAlone: false)
    case UInt8(ascii: "\\"):
      guard byte(1) == 0x0a || byte(1) == 0x0d && byte(2) == 0x0a else {
        throw fault("a backslash stands within the line")
      }
      place += byte(1) == 0x0d ? 3 : 2
      line += 1
    case UInt8(ascii: "\""), UInt8(ascii: "'"): try readText(prefix: "")
    case _ where first.isPythonLetter: try readWord()
    case _ where first.isDigit || first == UInt8(ascii: ".") && byte(1).isDigit: readNumber()
    default: try readMark()
    }
  }

  private mutating func readWord() throws(Unsayable) {
    let start = place
    while place < bytes.count, byte().isPythonLetter || byte().isDigit { place += 1 }
    let word = text(from: start)
    let isPrefix = word.utf8.count <= 2 && word.lowercased().allSatisfy { "rbuft".contains($0) }
    if isPrefix, byte() == UInt8(ascii: "\"") || byte() == UInt8(ascii: "'") {
      try readText(prefix: word.lowercased())
    } else {
      add(.name, word)
    }
  }

  private mutating func readNumber() {
    let start = place
    var previous: UInt8 = 0
    while place < bytes.count {
      let next = byte()
      let isSign = [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(next)
      let followsExponent =
        (previous == UInt8(ascii: "e") || previous == UInt8(ascii: "E"))
        && !text(from: start).lowercased().hasPrefix("0x")
      guard
        next.isPythonLetter || next.isDigit || next == UInt8(ascii: ".")
          || isSign && followsExponent
      else { break }
      previous = next
      place += 1
    }
    add(.number, text(from: start))
  }

  private mutating func readText(prefix: String) throws(Unsayable) {
    let quote = byte()
    let isLong = byte(1) == quote && byte(2) == quote
    let firstLine = line
    place += isLong ? 3 : 1
    let start = place
    while true {
      guard place < bytes.count else { throw fault("a string is not closed") }
      if byte() == UInt8(ascii: "\\") {
        if byte(1) == 0x0a { line += 1 }
        place += 2
        continue
      }
      if byte() == quote, !isLong || byte(1) == quote && byte(2) == quote { break }
      if byte() == 0x0a {
        guard isLong else { throw fault("a string is not closed") }
        line += 1
      }
      place += 1
    }
    place = min(place, bytes.count)
    let content = text(from: start)
    place += isLong ? 3 : 1
    let value = prefix.contains("r") ? content : PythonText.unescaped(content)
    let kind: PythonToken.Kind =
      prefix.contains("f")
      ? .formatted(value) : "bt".contains { prefix.contains($0) } ? .otherText : .text(value)
    add(kind, content, line: firstLine)
  }

  /// Marks of more than one character.
  private static let longMarks = [
    "**=", "//=", ">>=", "<<=", "...", "**", "//", "==", "!=", "<=", ">=", "->", ":=", "+=", "-=",
    "*=", "/=", "%=", "@=", "&=", "|=", "^=", "<<", ">>",
  ]

  private mutating func readMark() throws(Unsayable) {
    for mark in Self.longMarks where bytes[place...].starts(with: mark.utf8) {
      place += mark.utf8.count
      return add(.mark, mark)
    }
    let mark = String(decoding: [byte()], as: UTF8.self)
    guard "()[]{}:,;.=+-*/%@&|^~<>".contains(mark) else {
      throw fault("'\(mark.visible)' is not Python")
    }
    if "([{".contains(mark) { depth += 1 }
    if ")]}".contains(mark) { depth -= 1 }
    guard depth >= 0 else { throw fault("'\(mark)' closes no bracket") }
    guard depth < Self.depthLimit else { throw fault("too many brackets in one another") }
    place += 1
    add(.mark, mark)
  }
}

extension UInt8 {
  fileprivate var isPythonLetter: Bool { isLetter || self == UInt8(ascii: "_") || self >= 0x80 }
}
