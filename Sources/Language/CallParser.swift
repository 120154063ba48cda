import Running

// A word with arguments in parentheses, with commas between them, or with blanks between stages: a
// stage of a network.

extension Parser {
  /// More parentheses than these within each other nobody means, and reading them, and a network of
  /// as many residual blocks, takes the stack.
  private static let callLimit = 64

  /// Reads `(1, 20, 5, padding=1)` behind a word.
  ///
  /// - Parameters:
  ///   - word: the word before the parenthesis, which is next.
  ///   - start: where that word starts.
  /// - Returns: the call in the form of a command.
  /// - Throws: ``Placed`` with the place of what cannot be read; `Cancelled`.
  mutating func call(_ word: String, start: Int) throws -> CommandSyntax {
    let open = position
    guard callDepth < Self.callLimit else { throw fail(.callsTooDeep, open..<open + 1) }
    callDepth += 1
    defer { callDepth -= 1 }
    position += 1
    let outside = commasEndWords
    commasEndWords = true
    defer { commasEndWords = outside }
    var arguments: [ArgumentSyntax] = []
    try skipBlanks()
    while peek != UInt8(ascii: ")") {
      try Cancellation.check()
      guard peek != nil else { throw fail(.unclosedBracket("("), open..<open + 1) }
      arguments.append(try argumentOfCall())
      try skipBlanks()
      guard peek == UInt8(ascii: ",") else {
        if peek == nil || peek == UInt8(ascii: ")") || arguments.last?.isStage == true { continue }
        throw fail(.missingCommaInCall(rest(from: position)), position..<position + 1)
      }
      position += 1
      try skipBlanks()
    }
    position += 1
    return CommandSyntax(
      verb: word, verbRange: start..<open, arguments: arguments, range: start..<position)
  }

  /// `value` or `key=value`; in parentheses blanks may stand around `=`, as in Python.
  private mutating func argumentOfCall() throws -> ArgumentSyntax {
    let start = position
    if let text = word() {
      let end = position
      try skipBlanks()
      if peek == UInt8(ascii: "=") {
        let key = try key(text, start: start)
        position += 1
        try skipBlanks()
        guard let next = peek, next != UInt8(ascii: ","), next != UInt8(ascii: ")") else {
          throw fail(.missingValue(key: key), start..<position)
        }
        return ArgumentSyntax(key: key, value: try value(), range: start..<position)
      }
      position = end
    }
    position = start
    return ArgumentSyntax(value: try value(), range: start..<position)
  }
}

extension ArgumentSyntax {
  /// Whether it may be a stage, after which a blank is enough: `residual(conv(8,8,3) relu)`.
  fileprivate var isStage: Bool {
    guard key == nil else { return false }
    switch value {
    case .stage: return true
    case .word(let word): return Double(literal: word) == nil
    default: return false
    }
  }
}
