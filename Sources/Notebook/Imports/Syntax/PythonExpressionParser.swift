// Expressions, with Python's precedence.
extension PythonParser {
  /// Reads an expression, with commas a tuple of them.
  mutating func expressions() throws(Unsayable) -> PythonExpression {
    let first = try expression()
    guard isAt(",") else { return first }
    var items = [first]
    while accept(",") {
      guard !endsExpression else { break }
      items.append(try expression())
    }
    return PythonExpression(kind: .tuple(items), line: first.line)
  }

  /// Reads one expression.
  mutating func expression() throws(Unsayable) -> PythonExpression {
    try deeper()
    defer { depth -= 1 }
    let result = try disjunction()
    if isAt(word: "if") { throw unsayable("a choice with 'if' and 'else' within an expression") }
    if isAt(":=") { throw unsayable("':='") }
    return result
  }

  private mutating func disjunction() throws(Unsayable) -> PythonExpression {
    if isAt(word: "lambda") { throw unsayable("a lambda") }
    if isAt(word: "await") || isAt(word: "yield") { throw unsayable("'\(next.text)'") }
    if isAt(word: "not") { throw unsayable("'not'") }
    let result = try comparison()
    for word in ["and", "or"] where isAt(word: word) { throw unsayable("'\(word)'") }
    return result
  }

  private static let comparisons = ["==", "!=", "<", "<=", ">", ">="]

  private mutating func comparison() throws(Unsayable) -> PythonExpression {
    let left = try binary(0)
    for word in ["is", "in", "not"] where isAt(word: word) {
      throw unsayable("'\(word)' in an expression")
    }
    guard next.kind == .mark, Self.comparisons.contains(next.text) else { return left }
    let mark = next.text
    skip()
    let right = try binary(0)
    if next.kind == .mark, Self.comparisons.contains(next.text) {
      throw unsayable("several comparisons in a row")
    }
    return PythonExpression(kind: .comparison(mark, left, right), line: left.line)
  }

  /// From loose to tight.
  static let levels = [
    ["|"], ["^"], ["&"], ["<<", ">>"], ["+", "-"], ["*", "/", "//", "%", "@"],
  ]

  private mutating func binary(_ level: Int) throws(Unsayable) -> PythonExpression {
    guard level < Self.levels.count else { return try unary() }
    var left = try binary(level + 1)
    var count = 0
    while next.kind == .mark, Self.levels[level].contains(next.text) {
      count += 1
      guard count < PythonTokens.depthLimit else { throw unsayable("a sum of very many parts") }
      let mark = next.text
      skip()
      let right = try binary(level + 1)
      left = PythonExpression(kind: .binary(mark, left, right), line: left.line)
    }
    return left
  }

  private mutating func unary() throws(Unsayable) -> PythonExpression {
    let first = next
    guard first.kind == .mark, ["-", "+", "~"].contains(first.text) else { return try power() }
    try deeper()
    defer { depth -= 1 }
    skip()
    return PythonExpression(kind: .unary(first.text, try unary()), line: first.line)
  }

  private mutating func power() throws(Unsayable) -> PythonExpression {
    let base = try primary()
    guard accept("**") else { return base }
    try deeper()
    defer { depth -= 1 }
    return PythonExpression(kind: .binary("**", base, try unary()), line: base.line)
  }

  private mutating func primary() throws(Unsayable) -> PythonExpression {
    var result = try atom()
    var count = 0
    while true {
      count += 1
      guard count < PythonTokens.depthLimit else { throw unsayable("very many calls in a row") }
      let line = next.line
      if accept(".") {
        guard next.kind == .name else { throw unsayable("a point before '\(next.text.visible)'") }
        result = PythonExpression(kind: .attribute(result, next.text), line: result.line)
        skip()
      } else if accept("(") {
        result = PythonExpression(kind: .call(result, try arguments()), line: result.line)
      } else if accept("[") {
        result = PythonExpression(kind: .index(result, try indices()), line: line)
      } else {
        return result
      }
    }
  }

  private mutating func atom() throws(Unsayable) -> PythonExpression {
    let token = next
    func made(_ kind: PythonExpression.Kind) -> PythonExpression {
      PythonExpression(kind: kind, line: token.line)
    }
    switch token.kind {
    case .name:
      if Self.keywords.contains(token.text) {
        throw unsayable("'\(token.text)' where a value is expected")
      }
      skip()
      return made(.name(token.text))
    case .number:
      skip()
      return made(.number(token.text))
    case .text(let first):
      // Strings next to one another are one.
      var text = first
      skip()
      while case .text(let more) = next.kind {
        text += more
        skip()
      }
      guard case .formatted(let content) = next.kind else { return made(.text(text)) }
      skip()
      text = text.replacing("{", with: "{{").replacing("}", with: "}}")
      return made(.formatted(text + content))
    case .formatted(let first):
      var content = first
      skip()
      while true {
        if case .formatted(let more) = next.kind {
          content += more
        } else if case .text(let more) = next.kind {
          content += more.replacing("{", with: "{{").replacing("}", with: "}}")
        } else {
          return made(.formatted(content))
        }
        skip()
      }
    case .otherText: throw unsayable("a string of bytes")
    case .mark:
      if accept("...") { return made(.ellipsis) }
      if accept("(") { return try parenthesized(token.line) }
      if accept("[") { return try list(token.line) }
      if isAt("{") { throw unsayable("a dictionary or a set") }
      throw unsayable("'\(token.text)' where a value is expected")
    case .lineEnd, .indentation, .outdentation, .end:
      throw unsayable("the line ends where a value is expected")
    }
  }

  private mutating func parenthesized(_ line: Int) throws(Unsayable) -> PythonExpression {
    if accept(")") { return PythonExpression(kind: .tuple([]), line: line) }
    let first = try expression()
    if isAt(word: "for") { throw unsayable("a generator") }
    guard isAt(",") else {
      try expect(")")
      return first
    }
    var items = [first]
    while accept(",") {
      if isAt(")") { break }
      items.append(try expression())
    }
    try expect(")")
    return PythonExpression(kind: .tuple(items), line: line)
  }

  private mutating func list(_ line: Int) throws(Unsayable) -> PythonExpression {
    var items: [PythonExpression] = []
    while !accept("]") {
      if isAt("*") { throw unsayable("a list that another is put into with *") }
      items.append(try expression())
      if items.count == 1, accept(word: "for") {
        let target = try target()
        guard accept(word: "in") else { throw unsayable("a comprehension without 'in'") }
        let iterable = try expression()
        guard accept("]") else { throw unsayable("a comprehension of several parts") }
        return PythonExpression(
          kind: .comprehension(items[0], target: target, items: iterable), line: line)
      }
      guard accept(",") || isAt("]") else { throw unsayable("a list that is not closed") }
    }
    return PythonExpression(kind: .list(items), line: line)
  }

  /// Reads what stands before `in`.
  mutating func target() throws(Unsayable) -> PythonExpression {
    let first = try primary()
    guard isAt(",") else { return first }
    var items = [first]
    while accept(","), !isAt(word: "in") { items.append(try primary()) }
    return PythonExpression(kind: .tuple(items), line: first.line)
  }

  private mutating func arguments() throws(Unsayable) -> [PythonArgument] {
    var arguments: [PythonArgument] = []
    while !accept(")") {
      let stars = isAt("*") || isAt("**") ? next.text : ""
      if !stars.isEmpty { skip() }
      if next.kind == .name, following.text == "=", following.kind == .mark {
        let key = next.text
        skip()
        skip()
        arguments.append(PythonArgument(key: key, value: try expression()))
      } else {
        let value = try expression()
        if isAt(word: "for") { throw unsayable("a generator") }
        arguments.append(PythonArgument(key: nil, value: value, stars: stars))
      }
      guard accept(",") || isAt(")") else { throw unsayable("a call that is not closed") }
    }
    return arguments
  }

  private mutating func indices() throws(Unsayable) -> [PythonIndex] {
    var indices: [PythonIndex] = []
    while !accept("]") {
      var bounds: [PythonExpression?] = [nil]
      var isSlice = false
      while !isAt("]"), !isAt(",") {
        if accept(":") {
          isSlice = true
          bounds.append(nil)
          guard bounds.count <= 3 else { throw unsayable("a slice of four parts") }
        } else {
          guard bounds[bounds.count - 1] == nil else { throw unsayable("an index that goes wrong") }
          bounds[bounds.count - 1] = try expression()
        }
      }
      if isSlice {
        bounds += Array(repeating: nil, count: 3 - bounds.count)
        indices.append(.slice(bounds[0], bounds[1], bounds[2]))
      } else if let value = bounds[0] {
        indices.append(.value(value))
      } else {
        throw unsayable("an index without a value")
      }
      guard accept(",") || isAt("]") else { throw unsayable("an index that is not closed") }
    }
    guard !indices.isEmpty else { throw unsayable("an index without a value") }
    return indices
  }
}
