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
    let line = next.line
    if isAt(word: "lambda") { return try lambda() }
    let result = try disjunction()
    if isAt(":=") { throw unsayable("':='") }
    guard accept(word: "if") else { return result }
    let test = try disjunction()
    guard accept(word: "else") else { throw unsayable("'if' without 'else'") }
    let second = try expression()
    return PythonExpression(
      kind: .choice(test: test, first: result, second: second), line: line)
  }

  private mutating func lambda() throws(Unsayable) -> PythonExpression {
    let line = next.line
    while !isAt(":") {
      guard next.kind == .name || next.kind == .mark || next.kind == .number else {
        throw unsayable("a lambda")
      }
      skip()
    }
    skip()
    return PythonExpression(kind: .other("a lambda", [try expression()]), line: line)
  }

  private mutating func disjunction() throws(Unsayable) -> PythonExpression {
    var result = try conjunction()
    while accept(word: "or") {
      try operate()
      result = PythonExpression(
        kind: .other("'or'", [result, try conjunction()]), line: result.line)
    }
    return result
  }

  private mutating func conjunction() throws(Unsayable) -> PythonExpression {
    var result = try negation()
    while accept(word: "and") {
      try operate()
      result = PythonExpression(kind: .other("'and'", [result, try negation()]), line: result.line)
    }
    return result
  }

  private mutating func negation() throws(Unsayable) -> PythonExpression {
    let line = next.line
    if isAt(word: "await") || isAt(word: "yield") { throw unsayable("'\(next.text)'") }
    guard accept(word: "not") else { return try comparison() }
    try deeper()
    defer { depth -= 1 }
    return PythonExpression(kind: .other("'not'", [try negation()]), line: line)
  }

  private static let comparisons = ["==", "!=", "<", "<=", ">", ">="]

  private mutating func comparison() throws(Unsayable) -> PythonExpression {
    let left = try binary(0)
    var result = left
    var count = 0
    while true {
      try operate()
      let reason: String
      if next.kind == .mark, Self.comparisons.contains(next.text) {
        let mark = next.text
        skip()
        let right = try binary(0)
        guard count > 0 else {
          result = PythonExpression(kind: .comparison(mark, left, right), line: left.line)
          count += 1
          continue
        }
        reason = "several comparisons in a row"
        result = PythonExpression(kind: .other(reason, [result, right]), line: left.line)
      } else if accept(word: "is") {
        let mark = accept(word: "not") ? "is not" : "is"
        let right = try binary(0)
        result = PythonExpression(kind: .other("'\(mark)'", [result, right]), line: left.line)
      } else if accept(word: "in") {
        let right = try binary(0)
        result = PythonExpression(kind: .other("'in'", [result, right]), line: left.line)
      } else if isAt(word: "not"), following.text == "in" {
        skip()
        skip()
        let right = try binary(0)
        result = PythonExpression(kind: .other("'not in'", [result, right]), line: left.line)
      } else {
        return result
      }
      count += 1
    }
  }

  /// From loose to tight.
  static let levels = [
    ["|"], ["^"], ["&"], ["<<", ">>"], ["+", "-"], ["*", "/", "//", "%", "@"],
  ]

  private mutating func binary(_ level: Int) throws(Unsayable) -> PythonExpression {
    guard level < Self.levels.count else { return try unary() }
    var left = try binary(level + 1)
    while next.kind == .mark, Self.levels[level].contains(next.text) {
      try operate()
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
    while isAt(".") || isAt("(") || isAt("[") {
      try operate()
      let line = next.line
      if accept(".") {
        guard next.kind == .name else { throw unsayable("a point before '\(next.text.visible)'") }
        result = PythonExpression(kind: .attribute(result, next.text), line: result.line)
        skip()
      } else if accept("(") {
        result = PythonExpression(kind: .call(result, try arguments()), line: result.line)
      } else if accept("[") {
        result = PythonExpression(kind: .index(result, try indices()), line: line)
      }
    }
    return result
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
      if accept("{") { return try braces(token.line) }
      throw unsayable("'\(token.text)' where a value is expected")
    case .lineEnd, .indentation, .outdentation, .end:
      throw unsayable("the line ends where a value is expected")
    }
  }

  private mutating func parenthesized(_ line: Int) throws(Unsayable) -> PythonExpression {
    if accept(")") { return PythonExpression(kind: .tuple([]), line: line) }
    let first = try expression()
    if isAt(word: "for") {
      let generator = try generator(of: first, "a generator")
      try expect(")")
      return generator
    }
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
      _ = accept("*")
      items.append(try expression())
      if items.count == 1, isAt(word: "for") {
        let generator = try generator(of: items[0], "a comprehension of several parts")
        try expect("]")
        guard case .other(_, let parts) = generator.kind, parts.count == 3 else {
          return generator
        }
        return PythonExpression(
          kind: .comprehension(parts[0], target: parts[1], items: parts[2]), line: line)
      }
      guard accept(",") || isAt("]") else { throw unsayable("a list that is not closed") }
    }
    return PythonExpression(kind: .list(items), line: line)
  }

  /// Reads what follows the element of a comprehension or a generator: its parts are the element, the
  /// target and what is gone through, and more where there are conditions or several loops.
  private mutating func generator(
    of element: PythonExpression, _ reason: String
  ) throws(Unsayable) -> PythonExpression {
    var parts = [element]
    while true {
      if accept(word: "for") {
        parts.append(try target())
        guard accept(word: "in") else { throw unsayable("'for' without 'in'") }
        parts.append(try disjunction())
      } else if accept(word: "if") {
        parts.append(try disjunction())
      } else {
        return PythonExpression(kind: .other(reason, parts), line: element.line)
      }
    }
  }

  private mutating func braces(_ line: Int) throws(Unsayable) -> PythonExpression {
    var items: [PythonExpression] = []
    while !accept("}") {
      _ = accept("**") || accept("*")
      items.append(try expression())
      if accept(":") { items.append(try expression()) }
      if isAt(word: "for") { items.append(try generator(of: items[0], "a generator")) }
      guard accept(",") || isAt("}") else { throw unsayable("a brace that is not closed") }
    }
    return PythonExpression(kind: .other("a dictionary or a set", items), line: line)
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
        var value = try expression()
        if isAt(word: "for") { value = try generator(of: value, "a generator") }
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
