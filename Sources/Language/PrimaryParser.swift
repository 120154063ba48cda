import Functions
import Running

// Primaries: constants, names, functions, and what follows them without a blank.

extension Parser {
  /// Reads a primary: no operators outside its brackets, no blanks outside them either.
  ///
  /// - Throws: as ``expression()``.
  mutating func primary() throws -> Expression {
    var value = try atom()
    while let byte = peek {
      try Cancellation.check()
      if byte == UInt8(ascii: "["), !isNumber(value) {
        value = try indexed(value)
      } else if byte == UInt8(ascii: "."), position + 1 < bytes.count,
        bytes[position + 1].isLetter || bytes[position + 1] == UInt8(ascii: "_")
          || bytes[position + 1].isDigit
      {
        value = try member(of: value)
      } else if byte == UInt8(ascii: "."), !isNumber(value) {
        throw fail(.badReference(rest(from: position)), position..<position + 1)
      } else if byte == UInt8(ascii: "(") {
        throw fail(.notCallable(text(value.range)), value.range.lowerBound..<position + 1)
      } else {
        break
      }
    }
    return value
  }

  func isNumber(_ value: Expression) -> Bool {
    if case .scalar = value.kind { true } else { false }
  }

  mutating func atom() throws -> Expression {
    let start = position
    guard let byte = peek, !isAtEnd else {
      throw fail(.noValue, start..<start + 1)
    }
    switch byte {
    case UInt8(ascii: "\""):
      let text = try string()
      return Expression(.text(text), start..<position)
    case UInt8(ascii: "'"):
      let text = try quotedText()
      return Expression(.text(text), start..<position)
    case UInt8(ascii: "["): return try literalOrList()
    case UInt8(ascii: "("): return try parenthesized()
    case _ where byte.isDigit, UInt8(ascii: "."): return try scalar()
    case _ where byte.isLetter || byte == UInt8(ascii: "_"): return try named()
    default:
      throw fail(.unexpected(rest(from: start)), start..<start + 1)
    }
  }

  /// A number: whole where it is written without point and exponent.
  mutating func scalar() throws -> Expression {
    let start = position
    func digits(_ parser: inout Parser) {
      while parser.peek?.isDigit == true { parser.position += 1 }
    }
    digits(&self)
    var isWhole = true
    if peek == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      digits(&self)
    }
    if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
      let mark = position
      position += 1
      if peek == UInt8(ascii: "-") || peek == UInt8(ascii: "+") { position += 1 }
      if peek?.isDigit == true {
        isWhole = false
        digits(&self)
      } else {
        position = mark
      }
    }
    let written = text(start..<position)
    if let byte = peek, byte.isLetter || byte == UInt8(ascii: "_") {
      let end = max(wordEnd, position + 1)
      switch written {
      case ".": throw fail(.badReference(text(start..<end)), start..<end)
      case _ where written.hasSuffix("."): throw fail(.numberHasNoMembers(written), start..<end)
      default: throw fail(.badElement(text(start..<end)), start..<end)
      }
    }
    if written == "." { throw fail(.badReference(rest(from: start)), start..<position) }
    if isWhole {
      guard let integer = Int(written) else {
        throw fail(.numberTooLarge(written), start..<position)
      }
      return Expression(.scalar(.integer(integer)), start..<position)
    }
    return Expression(.scalar(.float(Double(written) ?? .nan)), start..<position)
  }

  /// A text in single quotes, as Python writes it.
  mutating func quotedText() throws -> String {
    let open = position
    position += 1
    while let byte = peek, byte != UInt8(ascii: "'"), byte != 0x0a { position += 1 }
    guard peek == UInt8(ascii: "'") else { throw fail(.unclosedString, open..<position) }
    position += 1
    return text(open + 1..<position - 1)
  }

  /// A letter or `_`, then letters, digits and `_`; empty where there is none.
  mutating func identifier() -> String {
    let start = position
    while let byte = peek,
      byte.isLetter || byte == UInt8(ascii: "_") || position > start && byte.isDigit
    { position += 1 }
    return text(start..<position)
  }

  /// What stands after a point in a path: an identifier, or the place of a layer within a network.
  mutating func pathPart() -> String {
    let start = position
    while let byte = peek, byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") {
      position += 1
    }
    return text(start..<position)
  }

  /// A word: a constant, a name, a function, `Out[n]`, a printed tensor.
  mutating func named() throws -> Expression {
    let start = position
    if let literal = try printedTensor() {
      return Expression(.literal(literal), start..<position)
    }
    let word = identifier()
    let range = start..<position
    switch word {
    case "true", "True": return Expression(.scalar(.boolean(true)), range)
    case "false", "False": return Expression(.scalar(.boolean(false)), range)
    case "none", "None": return Expression(.none, range)
    case "nan", "NaN": return Expression(.scalar(.float(.nan)), range)
    case "inf", "Inf": return Expression(.scalar(.float(.infinity)), range)
    case "torch", "F": if peek == UInt8(ascii: ".") { return try module(word, start: start) }
    case "Out": if peek == UInt8(ascii: "[") { return try out(start: start) }
    default: break
    }
    if peek == UInt8(ascii: "(") {
      return try call(NameSyntax(text: word, range: range), module: nil, start: start)
    }
    if let byte = peek, byte >= 0x80 {
      throw fail(.badReference(text(start..<wordEnd)), start..<wordEnd)
    }
    let base = word == "_" ? ReferenceSyntax.Base.last : .name(word)
    return Expression(
      .reference(ReferenceSyntax(base: base, baseRange: range, range: range)), range)
  }

  /// `torch.sum(x)`, `F.relu(x)`, `torch.nn.functional.relu(x)`, `torch.int64`.
  mutating func module(_ word: String, start: Int) throws -> Expression {
    var path = [word]
    var last = start..<position
    while peek == UInt8(ascii: ".") {
      position += 1
      let partStart = position
      let part = identifier()
      guard !part.isEmpty else {
        throw fail(.badReference(text(start..<position)), start..<position)
      }
      path.append(part)
      last = partStart..<position
    }
    let name = NameSyntax(text: path[path.count - 1], range: last)
    let module = path.dropLast().joined(separator: ".")
    guard peek == UInt8(ascii: "(") else {
      guard module == "torch" else {
        throw fail(.badReference(path.joined(separator: ".")), start..<position)
      }
      switch name.text {
      case "inf": return Expression(.scalar(.float(.infinity)), start..<position)
      case "nan": return Expression(.scalar(.float(.nan)), start..<position)
      case "pi": return Expression(.scalar(.float(.pi)), start..<position)
      default: return Expression(.module(name.text), start..<position)
      }
    }
    guard ["torch", "F", "torch.nn.functional"].contains(module) else {
      throw fail(.badModule(module), start..<last.lowerBound)
    }
    return try call(name, module: module == "torch" ? "torch" : "F", start: start)
  }

  mutating func out(start: Int) throws -> Expression {
    let open = position
    position += 1
    let close = bytes[position...].firstIndex(of: UInt8(ascii: "]")) ?? bytes.count
    guard close < bytes.count else { throw fail(.unclosedBracket("["), open..<open + 1) }
    guard let number = Int(text(position..<close).trimmingBlanks) else {
      throw fail(.badIndex(text(open..<close + 1)), open..<close + 1)
    }
    position = close + 1
    return Expression(
      .reference(
        ReferenceSyntax(base: .out(number), baseRange: start..<position, range: start..<position)),
      start..<position)
  }
}
