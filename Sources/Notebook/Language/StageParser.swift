/// Reads the arguments of a network's stage: `(1, 20, 5, padding=1)` behind `conv`.
struct StageParser {
  let bytes: [UInt8]
  var position: Int

  /// Reads from `(` to `)`; commas stand between arguments.
  ///
  /// - Parameters:
  ///   - verb: the word before the parenthesis.
  ///   - start: where that word starts.
  /// - Returns: the stage in the form of a command.
  /// - Throws: ``Placed`` with the place of what cannot be read.
  mutating func parse(_ verb: String, start: Int) throws -> CommandSyntax {
    let open = position
    let headRange = start..<open
    var arguments: [ArgumentSyntax] = []
    position += 1
    skipBlanks()
    while peek != UInt8(ascii: ")") {
      arguments.append(try argument(open))
      skipBlanks()
      if peek == UInt8(ascii: ",") {
        position += 1
        skipBlanks()
      } else if peek != UInt8(ascii: ")") {
        throw unexpected(open)
      }
    }
    position += 1
    return CommandSyntax(
      head: .verb(verb), headRange: headRange, arguments: arguments, name: nil,
      range: start..<position)
  }

  private mutating func argument(_ open: Int) throws -> ArgumentSyntax {
    let start = position
    guard let text = word() else { throw unexpected(open) }
    guard peek == UInt8(ascii: "=") else {
      return ArgumentSyntax(key: nil, value: .word(text), range: start..<position)
    }
    guard text.isIdentifier else {
      throw Placed(error: SyntaxError.badKey(text), range: start..<position)
    }
    position += 1
    guard let value = word() else {
      throw Placed(error: SyntaxError.missingValue(key: text), range: start..<position)
    }
    return ArgumentSyntax(key: text, value: .word(value), range: start..<position)
  }

  private func unexpected(_ open: Int) -> Placed {
    guard position < bytes.count else {
      return Placed(error: SyntaxError.unclosedBracket("("), range: open..<open + 1)
    }
    let end = min(bytes.count, position + 40)
    let text = String(decoding: bytes[position..<end].prefix { !$0.isBlank }, as: UTF8.self)
    return Placed(error: SyntaxError.unexpected(text), range: position..<position + 1)
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func word() -> String? {
    let start = position
    while let byte = peek, !byte.isBlank, byte > 0x20, !Set(",;#\"[]()=".utf8).contains(byte) {
      position += 1
    }
    return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
  }

  private mutating func skipBlanks() {
    while let byte = peek {
      if byte == UInt8(ascii: "#") {
        while peek != nil, peek != 0x0a { position += 1 }
      } else if byte.isBlank {
        position += 1
      } else {
        return
      }
    }
  }
}
