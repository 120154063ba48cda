// The text below the grammar: words, strings, blanks and comments, and errors with their places.

extension Parser {
  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// The run of word characters here; nil where there is none.
  mutating func word() -> String? {
    let start = position
    position = wordEnd
    return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
  }

  /// Where the run of word characters here ends.
  var wordEnd: Int {
    var end = position
    while end < bytes.count, bytes[end].isWordByte,
      !commasEndWords || bytes[end] != UInt8(ascii: ",")
    { end += 1 }
    return end
  }

  func isWord(_ text: StaticString) -> Bool {
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.count else { return false }
    for index in 0..<text.utf8CodeUnitCount where bytes[position + index] != text.utf8Start[index] {
      return false
    }
    return end == bytes.count || !bytes[end].isWordByte
  }

  mutating func string() throws -> String {
    let open = position
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let next = peek, next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") else {
          throw fail(
            .badEscape(String(rest(from: position).prefix(1))), position - 1..<position + 1)
        }
        text.append(next)
        position += 1
      case 0x0a: throw fail(.unclosedString, open..<position - 1)
      case _ where byte.isControl: throw fail(.controlCharacter(byte), position - 1..<position)
      default: text.append(byte)
      }
    }
    throw fail(.unclosedString, open..<position)
  }

  /// Skips blanks and comments; a line's end only where it means nothing.
  mutating func skipBlanks() throws {
    while let byte = peek {
      if byte == UInt8(ascii: "#") {
        while peek != nil, peek != 0x0a { position += 1 }
      } else if linesEnd, byte == 0x0a || byte == 0x0d {
        return
      } else if byte.isBlank {
        position += 1
      } else if byte.isControl {
        throw fail(.controlCharacter(byte), position..<position + 1)
      } else {
        return
      }
    }
  }

  /// What stands from a place to the next blank, for messages.
  func rest(from start: Int) -> String {
    let end = min(bytes.count, start + 200)
    return String(decoding: bytes[min(start, end)..<end].prefix { !$0.isBlank }, as: UTF8.self)
  }

  /// What stands from a place to the next blank or closing bracket, for messages.
  func restWithin(from start: Int) -> String {
    let rest = rest(from: start)
    let word = rest.prefix { !")]}".contains($0) }
    return word.isEmpty ? rest : String(word)
  }

  /// An error with its place, which is kept within the text and around whole characters.
  func fail(_ error: SyntaxError, _ range: SourceRange) -> Placed {
    var start = min(range.lowerBound, bytes.count)
    var end = min(max(range.upperBound, start), bytes.count)
    while start > 0, start < bytes.count, bytes[start].isContinuation { start -= 1 }
    while end < bytes.count, bytes[end].isContinuation { end += 1 }
    return Placed(error: error, range: start..<end)
  }

  /// The error for a bracket that does not match.
  func fail(_ fault: Brackets.Fault, statement: Int? = nil) -> Placed {
    let place = fault.position..<fault.position + 1
    func text(_ byte: UInt8) -> Character { Character(Unicode.Scalar(byte)) }
    var error = SyntaxError.unclosedString
    if let closing = fault.closing {
      error =
        fault.open.map { .mismatched(text(closing), open: text($0)) }
        ?? .unexpected(String(text(closing)))
    }
    var placed = fail(error, place)
    placed.statement = statement
    return placed
  }
}

// What people write in expressions, and no command takes.
extension Parser {
  /// Words that are operators in Python.
  static let operators: Set<String> = [
    "+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "~", "<", ">", "<=", ">=", "!=", "+=",
    "-=", "*=", "/=", "//=", "%=", "**=", "@=", "&=", "|=", "^=", "<<", ">>",
  ]
}
