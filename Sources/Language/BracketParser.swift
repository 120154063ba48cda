import Running

// What stands within parentheses and brackets, where a line's end means nothing.

extension Parser {
  /// Reads what stands within brackets, where a line's end means nothing.
  mutating func within<Result>(
    _ body: (inout Parser) throws -> Result
  ) rethrows -> Result {
    let outside = linesEnd
    linesEnd = false
    defer { linesEnd = outside }
    return try body(&self)
  }

  /// Reads what commas separate, from the bracket that is next to the one that closes it.
  ///
  /// - Parameters:
  ///   - misplaced: the error for what stands between two items, given where the bracket was opened;
  ///     ``unexpectedInBrackets(_:)`` unless another is given.
  ///   - item: reads one item.
  /// - Returns: the items, and whether there was a comma.
  /// - Throws: ``Placed`` with the place of what cannot be read; `Cancelled`.
  mutating func commaSeparated<Item>(
    misplaced: (Parser, Int) -> Placed = { $0.unexpectedInBrackets($1) },
    _ item: (inout Parser) throws -> Item
  ) throws -> (items: [Item], hasComma: Bool) {
    let open = position
    let closing = bytes[open].closingBracket
    return try within { parser in
      parser.position += 1
      var items: [Item] = []
      var hasComma = false
      try parser.skipBlanks()
      while parser.peek != closing {
        guard parser.peek != nil else {
          let bracket = Character(Unicode.Scalar(parser.bytes[open]))
          throw parser.fail(.unclosedBracket(bracket), open..<open + 1)
        }
        try Memory.append(try item(&parser), to: &items)
        try parser.skipBlanks()
        if parser.peek == UInt8(ascii: ",") {
          hasComma = true
          parser.position += 1
          try parser.skipBlanks()
        } else if parser.peek != closing, parser.peek != nil {
          throw misplaced(parser, open)
        }
      }
      parser.position += 1
      return (items, hasComma)
    }
  }

  mutating func parenthesized() throws -> Expression {
    let open = position
    let (items, isTuple) = try commaSeparated { try $0.expression() }
    let range = open..<position
    if !isTuple, let only = items.first {
      return Expression(only.kind, range, depth: only.depth)
    }
    return try make(.tuple(items), range, within: items)
  }

  /// The error for what stands between two values.
  func unexpectedInBrackets(_ open: Int) -> Placed {
    if let unclosed = unclosed(open) { return unclosed }
    if isWord("for") { return fail(.comprehension, position..<position + 3) }
    if isWord("and") || isWord("or") {
      return fail(.wordOperator(text(position..<wordEnd)), position..<wordEnd)
    }
    if isWord("if") { return fail(.conditional, position..<position + 2) }
    if peek == UInt8(ascii: "="), position + 1 >= bytes.count || bytes[position + 1] != peek {
      return fail(.assignmentWithin, position..<position + 1)
    }
    return fail(.missingComma(restWithin(from: position)), position..<position + 1)
  }

  /// The error for an open bracket where another line begins with what cannot follow: the bracket is
  /// what is missing.
  func unclosed(_ open: Int) -> Placed? {
    var place = position
    while place > open, bytes[place - 1].isBlank {
      place -= 1
      if bytes[place] == 0x0a {
        return fail(.unclosedBracket(Character(Unicode.Scalar(bytes[open]))), open..<open + 1)
      }
    }
    return nil
  }

  mutating func literalOrList() throws -> Expression {
    let open = position
    let lost = losesDigits
    do {
      let literal = try literal()
      return Expression(.literal(literal), open..<position)
    } catch let placed as Placed {
      // What is no list of numbers may be a list of values.
      let (reached, number) = (position, losesDigits)
      position = open
      losesDigits = lost
      do {
        let list = try list()
        if !list.isNumbersAlone { return list }
      } catch let other as Placed where other.range.lowerBound > placed.range.lowerBound {
        throw other
      } catch is Placed {}
      (position, losesDigits) = (reached, number)
      throw placed
    }
  }

  mutating func list() throws -> Expression {
    let open = position
    let (items, _) = try commaSeparated { try $0.expression() }
    return try make(.list(items), open..<position, within: items)
  }
}

extension Expression {
  /// Whether it holds nothing but numbers and lists of them: what cannot be read as a literal is wrong.
  fileprivate var isNumbersAlone: Bool {
    switch kind {
    case .scalar: true
    // `tensor([1, 2])` is a value, as a name is.
    case .literal(let literal): !literal.isPrinted
    case .list(let items): items.allSatisfy(\.isNumbersAlone)
    case .unary(_, let value): value.isNumbersAlone
    default: false
    }
  }
}
