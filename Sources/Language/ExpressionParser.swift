import Functions
import Running
import Tensors

// Expressions, with Python's precedence.

extension Parser {
  /// Expressions may lie within each other so often; a chain of operators counts its operators.
  private static let depthLimit = 400

  /// How tightly each operator binds, from the loosest; a unary minus stands between `*` and `**`.
  private static let precedences: [(BinaryOperator, Int)] = [
    (.equal, 1), (.notEqual, 1), (.lessOrEqual, 1), (.greaterOrEqual, 1), (.less, 1),
    (.greater, 1), (.or, 2), (.exclusiveOr, 3), (.and, 4), (.add, 5), (.subtract, 5),
    (.power, 8), (.multiply, 6), (.floorDivide, 6), (.divide, 6), (.remainder, 6),
    (.matrixMultiply, 6),
  ]
  private static let unaryPrecedence = 7
  private static let comparison = 1

  /// Reads an expression.
  ///
  /// - Throws: ``Placed`` with the place of what cannot be read; `Cancelled`.
  mutating func expression() throws -> Expression { try expression(above: 0) }

  private mutating func expression(above limit: Int) throws -> Expression {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.nestingLimit else { throw fail(.tooNested, position..<position + 1) }
    var left = try operand()
    var compared = false
    while true {
      try Cancellation.check()
      try skipBlanks()
      guard let (symbol, precedence) = binaryOperator(), precedence > limit else { break }
      let place = position..<position + symbol.rawValue.utf8.count
      // `x += 1` and the like are no expressions.
      if place.upperBound < bytes.count, bytes[place.upperBound] == UInt8(ascii: "="),
        precedence > Self.comparison
      {
        throw fail(
          .augmented(symbol.rawValue + "=", target: text(left.range)),
          place.lowerBound..<place.upperBound + 1)
      }
      if precedence == Self.comparison {
        guard !compared else { throw fail(.chain, place) }
        compared = true
      }
      position = place.upperBound
      try skipBlanks()
      guard !isAtEnd else { throw fail(.missingOperand(symbol.rawValue), place) }
      // `**` is right-associative and lets a sign follow.
      let right =
        symbol == .power
        ? try powerOperand() : try expression(above: precedence)
      left = try make(
        .binary(symbol, left, right, place),
        left.range.lowerBound..<right.range.upperBound, within: [left, right])
    }
    return left
  }

  /// What stands to the right of `**`: a unary minus binds there, and `**` once more.
  private mutating func powerOperand() throws -> Expression {
    try expression(above: Self.unaryPrecedence)
  }

  private mutating func operand() throws -> Expression {
    let start = position
    try refuseWordOperator()
    let sign: UnaryOperator? =
      switch peek {
      case UInt8(ascii: "-"): .minus
      case UInt8(ascii: "+"): .plus
      case UInt8(ascii: "~"): .invert
      default: nil
      }
    guard let sign else { return try primary() }
    position += 1
    try skipBlanks()
    guard !isAtEnd else { throw fail(.missingOperand(sign.rawValue), start..<start + 1) }
    let operand = try expression(above: Self.unaryPrecedence)
    if sign == .minus, case .scalar(.float(let value)) = operand.kind,
      value.isInfinite || value.isNaN
    {
      return Expression(.scalar(.float(-value)), start..<operand.range.upperBound)
    }
    return try make(
      .unary(sign, operand), start..<operand.range.upperBound, within: [operand])
  }

  /// The operator here, which is not read, and how tightly it binds.
  private func binaryOperator() -> (BinaryOperator, Int)? {
    guard let byte = peek else { return nil }
    func starts(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }
    switch byte {
    case UInt8(ascii: "="): return starts("==") ? (.equal, 1) : nil
    case UInt8(ascii: "!"): return starts("!=") ? (.notEqual, 1) : nil
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "*"), UInt8(ascii: "/"),
      UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "&"), UInt8(ascii: "|"),
      UInt8(ascii: "^"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      return Self.precedences.filter { starts($0.0.rawValue) }
        .max { $0.0.rawValue.utf8.count < $1.0.rawValue.utf8.count }
    default: return nil
    }
  }

  private func refuseWordOperator() throws {
    guard isWord("not") else { return }
    // A value may have this name.
    var place = position + 3
    while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
    guard place < bytes.count, place > position + 3 else { return }
    let byte = bytes[place]
    if byte.isLetter || byte.isDigit || "(_[\"~".utf8.contains(byte) {
      throw fail(.wordOperator("not"), position..<position + 3)
    }
  }

  private func text(_ range: SourceRange) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  private func make(
    _ kind: Expression.Kind, _ range: SourceRange, within parts: [Expression]
  ) throws -> Expression {
    let depth = 1 + (parts.map(\.depth).max() ?? 0)
    guard depth <= Self.depthLimit else { throw fail(.tooNested, range) }
    return Expression(kind, range, depth: depth)
  }

  // MARK: Primaries

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

  private func isNumber(_ value: Expression) -> Bool {
    if case .scalar = value.kind { true } else { false }
  }

  private mutating func atom() throws -> Expression {
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
  private mutating func scalar() throws -> Expression {
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
  private mutating func quotedText() throws -> String {
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
  private mutating func named() throws -> Expression {
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
  private mutating func module(_ word: String, start: Int) throws -> Expression {
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

  private mutating func out(start: Int) throws -> Expression {
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

  // MARK: Brackets

  /// Reads what stands within brackets, where a line's end means nothing.
  private mutating func within<Result>(
    _ body: (inout Parser) throws -> Result
  ) rethrows -> Result {
    let outside = linesEnd
    linesEnd = false
    defer { linesEnd = outside }
    return try body(&self)
  }

  private mutating func parenthesized() throws -> Expression {
    let open = position
    return try within { parser in
      parser.position += 1
      var items: [Expression] = []
      var isTuple = false
      try parser.skipBlanks()
      while parser.peek != UInt8(ascii: ")") {
        guard parser.peek != nil else { throw parser.fail(.unclosedBracket("("), open..<open + 1) }
        try Memory.append(try parser.expression(), to: &items)
        try parser.skipBlanks()
        switch parser.peek {
        case UInt8(ascii: ","):
          isTuple = true
          parser.position += 1
          try parser.skipBlanks()
        case UInt8(ascii: ")"): break
        case nil: throw parser.fail(.unclosedBracket("("), open..<open + 1)
        default: throw parser.unexpectedInBrackets(open)
        }
      }
      parser.position += 1
      let range = open..<parser.position
      if !isTuple, let only = items.first {
        return Expression(only.kind, range, depth: only.depth)
      }
      return try parser.make(.tuple(items), range, within: items)
    }
  }

  /// The error for what stands between two values.
  private func unexpectedInBrackets(_ open: Int) -> Placed {
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
  private func unclosed(_ open: Int) -> Placed? {
    var place = position
    while place > open, bytes[place - 1].isBlank {
      place -= 1
      if bytes[place] == 0x0a {
        return fail(.unclosedBracket(Character(Unicode.Scalar(bytes[open]))), open..<open + 1)
      }
    }
    return nil
  }

  private mutating func literalOrList() throws -> Expression {
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

  private mutating func list() throws -> Expression {
    let open = position
    return try within { parser in
      parser.position += 1
      var items: [Expression] = []
      try parser.skipBlanks()
      while parser.peek != UInt8(ascii: "]") {
        guard parser.peek != nil else { throw parser.fail(.unclosedBracket("["), open..<open + 1) }
        try Memory.append(try parser.expression(), to: &items)
        try parser.skipBlanks()
        if parser.peek == UInt8(ascii: ",") {
          parser.position += 1
          try parser.skipBlanks()
        } else if parser.peek != UInt8(ascii: "]"), parser.peek != nil {
          throw parser.unexpectedInBrackets(open)
        }
      }
      parser.position += 1
      return try parser.make(.list(items), open..<parser.position, within: items)
    }
  }

  // MARK: Members, calls, indices

  private mutating func member(of value: Expression) throws -> Expression {
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

  private mutating func call(
    _ name: NameSyntax, module: String?, start: Int
  ) throws -> Expression {
    let arguments = try callArguments()
    return try make(
      .call(name, module: module, arguments), start..<position, within: arguments.map(\.value))
  }

  /// Reads `(a, b, key=c)`, whose parenthesis is next.
  private mutating func callArguments() throws -> [CallArgument] {
    let open = position
    return try within { parser in
      parser.position += 1
      var arguments: [CallArgument] = []
      try parser.skipBlanks()
      while parser.peek != UInt8(ascii: ")") {
        guard parser.peek != nil else { throw parser.fail(.unclosedBracket("("), open..<open + 1) }
        try Memory.append(try parser.callArgument(), to: &arguments)
        try parser.skipBlanks()
        switch parser.peek {
        case UInt8(ascii: ","):
          parser.position += 1
          try parser.skipBlanks()
        case UInt8(ascii: ")"): break
        case nil: throw parser.fail(.unclosedBracket("("), open..<open + 1)
        default:
          if let unclosed = parser.unclosed(open) { throw unclosed }
          throw ["and", "or", "if", "for"].contains(parser.restWithin(from: parser.position))
            ? parser.unexpectedInBrackets(open)
            : parser.fail(
              .missingCommaInCall(parser.restWithin(from: parser.position)),
              parser.position..<parser.position + 1)
        }
      }
      parser.position += 1
      return arguments
    }
  }

  private mutating func callArgument() throws -> CallArgument {
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

  private mutating func indexed(_ value: Expression) throws -> Expression {
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
    return try within { parser in
      parser.position += 1
      var indices: [IndexSyntax] = []
      try parser.skipBlanks()
      guard parser.peek != UInt8(ascii: "]") else {
        throw parser.fail(.badIndex(""), open..<parser.position + 1)
      }
      while parser.peek != UInt8(ascii: "]") {
        guard parser.peek != nil else { throw parser.fail(.unclosedBracket("["), open..<open + 1) }
        indices.append(try parser.index())
        try parser.skipBlanks()
        if parser.peek == UInt8(ascii: ",") {
          parser.position += 1
          try parser.skipBlanks()
        } else if parser.peek != UInt8(ascii: "]"), parser.peek != nil {
          throw parser.unexpectedInBrackets(open)
        }
      }
      parser.position += 1
      return indices
    }
  }

  private mutating func index() throws -> IndexSyntax {
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

extension Expression {
  /// Whether it holds nothing but numbers and lists of them: what cannot be read as a literal is wrong.
  fileprivate var isNumbersAlone: Bool {
    switch kind {
    case .scalar, .literal: true
    case .list(let items): items.allSatisfy(\.isNumbersAlone)
    case .unary(_, let value): value.isNumbersAlone
    default: false
    }
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
