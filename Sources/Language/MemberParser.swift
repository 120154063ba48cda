import Functions
import Running

// What is taken of a value: attributes, methods, elements; and the arguments of functions.

extension Parser {
  mutating func member(of value: Expression) throws -> Expression {
    let point = position
    position += 1
    let nameStart = position
    let text = pathPart()
    let name = NameSyntax(text: text, range: nameStart..<position)
    if isNumber(value) { throw fail(.numberHasNoMembers(self.text(value.range)), value.range) }
    let start = value.range.lowerBound
    if peek == UInt8(ascii: "(") {
      let arguments = try callArguments()
      return try make(
        .method(value, name, arguments), start..<position,
        within: [value] + arguments.map(\.value))
    }
    if case .reference(var reference) = value.kind, value.range == reference.range {
      guard text.isIdentifier || text.allSatisfy({ "0"..."9" ~= $0 }) else {
        throw fail(.badReference(self.text(point..<position)), point..<position)
      }
      reference.members.append((.attribute(text), point..<position))
      reference.range = start..<position
      return Expression(.reference(reference), reference.range, depth: value.depth)
    }
    guard text.isIdentifier else { throw fail(.badReference(text), point..<position) }
    return try make(.member(value, name), start..<position, within: [value])
  }

  mutating func call(
    _ name: NameSyntax, module: String?, start: Int
  ) throws -> Expression {
    let arguments = try callArguments()
    return try make(
      .call(name, module: module, arguments), start..<position, within: arguments.map(\.value))
  }

  /// Reads `(a, b, key=c)`, whose parenthesis is next.
  mutating func callArguments() throws -> [CallArgument] {
    let (arguments, _) = try commaSeparated(
      misplaced: { parser, open in
        if let unclosed = parser.unclosed(open) { return unclosed }
        let word = parser.restWithin(from: parser.position)
        return ["and", "or", "if", "for"].contains(word)
          ? parser.unexpectedInBrackets(open)
          : parser.fail(.missingCommaInCall(word), parser.position..<parser.position + 1)
      },
      { try $0.callArgument() })
    return arguments
  }

  mutating func callArgument() throws -> CallArgument {
    let start = position
    let word = identifier()
    let end = position
    try skipBlanks()
    if !word.isEmpty, peek == UInt8(ascii: "="),
      position + 1 >= bytes.count || bytes[position + 1] != UInt8(ascii: "=")
    {
      position += 1
      try skipBlanks()
      guard let next = peek, next != UInt8(ascii: ","), next != UInt8(ascii: ")") else {
        throw fail(.missingValue(key: word), start..<position)
      }
      return CallArgument(
        name: NameSyntax(text: word, range: start..<end), value: try expression())
    }
    position = start
    return CallArgument(name: nil, value: try expression())
  }

  mutating func indexed(_ value: Expression) throws -> Expression {
    let open = position
    let indices = try indexList()
    let start = value.range.lowerBound
    let numbers = indices.compactMap(\.wholeNumber)
    if case .reference(var reference) = value.kind, value.range == reference.range,
      numbers.count == indices.count
    {
      reference.members.append((.index(numbers), open..<position))
      reference.range = start..<position
      return Expression(.reference(reference), reference.range, depth: value.depth)
    }
    return try make(.index(value, indices), start..<position, within: [value])
  }

  /// Reads `[i, 1:3, ..., mask]`, whose bracket is next.
  mutating func indexList() throws -> [IndexSyntax] {
    let open = position
    let (indices, _) = try commaSeparated { try $0.index() }
    guard !indices.isEmpty else { throw fail(.badIndex(""), open..<position) }
    return indices
  }

  mutating func index() throws -> IndexSyntax {
    let start = position
    if bytes[position...].starts(with: "...".utf8) {
      position += 3
      return IndexSyntax(kind: .ellipsis, range: start..<position)
    }
    func bound(_ parser: inout Parser) throws -> Expression? {
      try parser.skipBlanks()
      switch parser.peek {
      case UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "]"), nil: return nil
      default: return try parser.expression()
      }
    }
    let first = try bound(&self)
    try skipBlanks()
    guard peek == UInt8(ascii: ":") else {
      guard let first else { throw fail(.badIndex(rest(from: start)), start..<start + 1) }
      return IndexSyntax(kind: .value(first), range: start..<first.range.upperBound)
    }
    position += 1
    let second = try bound(&self)
    try skipBlanks()
    var third: Expression?
    if peek == UInt8(ascii: ":") {
      position += 1
      third = try bound(&self)
    }
    var end = position
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    return IndexSyntax(kind: .slice(first, second, third), range: start..<end)
  }
}

extension IndexSyntax {
  /// The whole number that is written, if one is.
  fileprivate var wholeNumber: Int? {
    guard case .value(let expression) = kind else { return nil }
    switch expression.kind {
    case .scalar(.integer(let number)): return number
    case .unary(.minus, let inner):
      if case .scalar(.integer(let number)) = inner.kind { return -number }
      return nil
    default: return nil
    }
  }
}
