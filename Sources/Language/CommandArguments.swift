import Functions

// The arguments of commands: words, and values where one can be read.

extension Parser {
  mutating func argument() throws -> ArgumentSyntax {
    let start = position
    if peek == UInt8(ascii: "=") {
      let isOperator = position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "=")
      throw isOperator
        ? fail(.operatorOutside("=="), start..<start + 2)
        : fail(.blankAroundEquals, start..<start + 1)
    }
    guard let text = word(), peek == UInt8(ascii: "=") else {
      position = start
      let value = try value()
      if case .word(let word) = value, Self.operators.contains(word) || word.hasPrefix("*") {
        throw fail(.operatorOutside(word), start..<position)
      }
      return ArgumentSyntax(value: value, range: start..<position)
    }
    guard !Self.operators.contains(text + "=") else {
      throw fail(.operatorOutside(text + "="), start..<position + 1)
    }
    let key = try key(text, start: start)
    position += 1
    guard let next = peek, !next.isBlank, next != UInt8(ascii: ";"), next != UInt8(ascii: "#")
    else { throw fail(.missingValue(key: key), start..<position) }
    return ArgumentSyntax(key: key, value: try value(), range: start..<position)
  }

  /// A key; a hyphen typed for its `_` is taken as one.
  func key(_ text: String, start: Int) throws -> String {
    let key = text.replacing("-", with: "_")
    guard key.isIdentifier else { throw fail(.badKey(text), start..<start + text.utf8.count) }
    return key
  }

  /// Reads a value: what stands behind a key, or as an argument of its own.
  mutating func value() throws -> ValueSyntax {
    let start = position
    switch peek {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "["), UInt8(ascii: "("): return try computedValue()
    default: break
    }
    guard let word = word() else {
      throw fail(.unexpected(rest(from: position)), position..<position + 1)
    }
    if let literal = try printedTensor(word, start: start) {
      guard peek == UInt8(ascii: ".") || peek == UInt8(ascii: "[") else { return .literal(literal) }
      position = start
      return try computedValue()
    }
    switch peek {
    case UInt8(ascii: "("):
      position = start
      return try callOrStage(word)
    case UInt8(ascii: "["):
      position = start
      return try computedValue()
    default: return .word(word)
    }
  }

  /// Reads a primary, in whose place no operator may follow.
  mutating func computedValue() throws -> ValueSyntax {
    let start = position
    let expression = try primary()
    if let byte = peek, byte.isWordByte, !commasEndWords || byte != UInt8(ascii: ",") {
      throw fail(.operatorOutside(rest(from: position)), start..<position + 1)
    }
    switch expression.kind {
    case .literal(let literal): return .literal(literal)
    case .reference(let reference): return .reference(reference)
    case .scalar(let scalar): return .word(scalar.text)
    default:
      return .expression(
        expression, written: String(decoding: bytes[expression.range], as: UTF8.self))
    }
  }

  /// Reads `WORD(…)`, which is a function's value where it is an expression, and a stage of a network
  /// where it is one; perhaps both.
  mutating func callOrStage(_ word: String) throws -> ValueSyntax {
    let start = position
    var expression: Expression?
    var expressionError: Placed?
    var end = start
    do {
      expression = try primary()
      end = position
      if let byte = peek, byte.isWordByte, !commasEndWords || byte != UInt8(ascii: ",") {
        throw fail(.operatorOutside(rest(from: position)), start..<position + 1)
      }
    } catch let placed as Placed {
      (expression, expressionError) = (nil, placed)
    }
    position = start
    _ = self.word()
    do {
      let stage = try call(word, start: start)
      guard expression == nil || position == end else {
        position = end
        return expression.map { .expression($0, written: written(since: start)) } ?? .word(word)
      }
      return .stage(stage, orExpression: expression, written: written(since: start))
    } catch let placed as Placed {
      if case .callsTooDeep? = placed.error as? SyntaxError { throw placed }
      if let expression {
        position = end
        return .expression(expression, written: written(since: start))
      }
      throw expressionError.map { $0.range.lowerBound > placed.range.lowerBound ? $0 : placed }
        ?? placed
    }
  }

  /// What has been read since a place.
  private func written(since start: Int) -> String {
    String(decoding: bytes[start..<position], as: UTF8.self)
  }
}
