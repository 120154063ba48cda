// Words in parentheses with commas between them: what PyTorch takes as a tuple.

extension Parser {
  private static let endsOfWord = Set(",()[]\"=;#".utf8)

  /// Reads `(3, 5)`, whose parenthesis is next. A single word without a comma is that word.
  ///
  /// - Throws: ``Placed`` with the place of what cannot be read.
  mutating func tuple() throws -> ValueSyntax {
    let open = position
    var words: [String] = []
    var isTuple = false
    repeat {
      position += 1
      try skipBlanks()
      if peek == UInt8(ascii: ")"), isTuple { break }
      let start = position
      while let byte = peek, !byte.isBlank, byte > 0x20, !Self.endsOfWord.contains(byte) {
        position += 1
      }
      guard position > start else {
        guard peek != nil else { throw fail(.unclosedBracket("("), open..<open + 1) }
        throw fail(.unexpected(rest(from: open)), open..<open + 1)
      }
      words.append(String(decoding: bytes[start..<position], as: UTF8.self))
      try skipBlanks()
      if peek == UInt8(ascii: ",") { isTuple = true }
    } while peek == UInt8(ascii: ",")
    guard let byte = peek else { throw fail(.unclosedBracket("("), open..<open + 1) }
    guard byte == UInt8(ascii: ")") else {
      throw fail(.missingComma(rest(from: position)), position..<position + 1)
    }
    position += 1
    return isTuple ? .tuple(words) : .word(words[0])
  }
}
