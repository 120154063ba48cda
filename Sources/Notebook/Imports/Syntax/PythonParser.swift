/// Reads the statements of a Python program. What no cell can say is kept as a statement with the
/// reason, so that what follows it is read all the same.
struct PythonParser {
  private let tokens: [PythonToken]
  private var place = 0
  /// How deep expressions or blocks are within one another.
  var depth = 0
  /// How many operations the statement has so far: each may be within the next.
  private var operations = 0

  /// Reads a program.
  static func statements(_ tokens: [PythonToken]) -> [PythonStatement] {
    var parser = PythonParser(tokens)
    var statements: [PythonStatement] = []
    while parser.next.kind != .end { parser.readLine(into: &statements) }
    return statements
  }

  /// Reads one expression that is all of a text, as it stands between the braces of an f-string.
  ///
  /// - Throws: ``Unsayable``.
  static func expression(_ text: String, line: Int) throws(Unsayable) -> PythonExpression {
    do throws(Unsayable) {
      var parser = PythonParser(try PythonTokens("(\(text))").tokens)
      let expression = try parser.expression()
      guard parser.next.kind == .lineEnd else { throw parser.unsayable("what follows a value") }
      return expression
    } catch {
      throw Unsayable(line: line, reason: error.reason)
    }
  }

  private init(_ tokens: [PythonToken]) { self.tokens = tokens }

  // MARK: Tokens

  var next: PythonToken { tokens[min(place, tokens.count - 1)] }
  var following: PythonToken { tokens[min(place + 1, tokens.count - 1)] }

  mutating func skip() { if place < tokens.count - 1 { place += 1 } }

  func isAt(_ mark: String) -> Bool { next.kind == .mark && next.text == mark }

  func isAt(word: String) -> Bool { next.kind == .name && next.text == word }

  mutating func accept(_ mark: String) -> Bool {
    guard isAt(mark) else { return false }
    skip()
    return true
  }

  mutating func accept(word: String) -> Bool {
    guard isAt(word: word) else { return false }
    skip()
    return true
  }

  mutating func expect(_ mark: String) throws(Unsayable) {
    guard accept(mark) else {
      throw unsayable("'\(mark)' is expected before '\(next.text.visible)'")
    }
  }

  func unsayable(_ reason: String) -> Unsayable { Unsayable(line: next.line, reason: reason) }

  mutating func deeper() throws(Unsayable) {
    guard depth < PythonTokens.depthLimit else { throw unsayable("too much within one another") }
    depth += 1
  }

  /// Notes an operation.
  mutating func operate() throws(Unsayable) {
    operations += 1
    guard operations <= Self.operationLimit else { throw unsayable("a very long computation") }
  }

  private static let operationLimit = 200

  /// Whether no expression goes on here.
  var endsExpression: Bool {
    next.kind == .lineEnd || next.kind == .end
      || next.kind == .mark && [")", "]", "}", "=", ":", ";"].contains(next.text)
  }

  static let keywords: Set<String> = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
  ]

  // MARK: Statements

  /// Reads the statements of one line, or one with its block.
  mutating func readLine(into statements: inout [PythonStatement]) {
    repeat {
      guard next.kind != .lineEnd else { break }
      let start = place
      let line = next.line
      operations = 0
      var kind: PythonStatement.Kind
      do throws(Unsayable) {
        kind = try statement()
        if !isAfterBlock(start), next.kind != .lineEnd, !isAt(";") {
          throw unsayable("'\(next.text.visible)' is not expected here")
        }
      } catch {
        kind = .other(error.reason)
        skipStatement()
      }
      if place == start { skip() }
      statements.append(PythonStatement(kind: kind, line: line, tokens: tokens[start..<place]))
      if isAfterBlock(start) { return }
    } while accept(";")
    if next.kind == .lineEnd { skip() }
  }

  /// Whether what was read from `start` on ended with its line or a block.
  func isAfterBlock(_ start: Int) -> Bool {
    guard place > start else { return false }
    let last = tokens[place - 1].kind
    return last == .outdentation || last == .lineEnd
  }

  /// Goes to the end of a statement that is not understood, with the blocks that belong to it.
  mutating func skipStatement() {
    while next.kind != .lineEnd, next.kind != .end, next.kind != .indentation { skip() }
    if next.kind == .lineEnd { skip() }
    if next.kind == .indentation { skipBlock() }
  }

  mutating func skipBlock() {
    var level = 0
    repeat {
      if next.kind == .indentation { level += 1 }
      if next.kind == .outdentation { level -= 1 }
      skip()
    } while level > 0 && next.kind != .end
  }

  mutating func statement() throws(Unsayable) -> PythonStatement.Kind {
    if isAt("@") { return try decorated() }
    guard next.kind == .name else { return try simple() }
    let word = next.text
    switch word {
    case "import": return .importing(try imports())
    case "from": return .importing(try importsFrom())
    case "with": return try with()
    case "for": return try loop()
    case "if": return try condition()
    case "def": return .function(try function([]))
    case "class": return .type(try type())
    case "pass":
      skip()
      return .pass
    case "assert":
      skip()
      while next.kind != .lineEnd, !isAt(";") { skip() }
      return .assertion
    case "return":
      skip()
      return .returning(endsExpression ? nil : try expressions())
    case "while", "try", "raise", "del", "global", "nonlocal", "async", "break", "continue",
      "match"
    where Self.keywords.contains(word):
      throw unsayable("'\(word)'")
    default: return try simple()
    }
  }

  private static let augmentedMarks = [
    "+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", "**=", "<<=", ">>=",
  ]

  mutating func simple() throws(Unsayable) -> PythonStatement.Kind {
    let first = try expressions()
    if next.kind == .mark, Self.augmentedMarks.contains(next.text) {
      let mark = String(next.text.dropLast())
      skip()
      return .augmented(first, mark, try expressions())
    }
    if isAt(":") {
      // An annotation says nothing of the value.
      skip()
      _ = try expression()
      guard isAt("=") else { return .pass }
    }
    guard isAt("=") else { return .expression(first) }
    var parts = [first]
    while accept("=") { parts.append(try expressions()) }
    return .assignment(Array(parts.dropLast()), parts[parts.count - 1])
  }

  mutating func block() throws(Unsayable) -> [PythonStatement] {
    try expect(":")
    try deeper()
    defer { depth -= 1 }
    var statements: [PythonStatement] = []
    guard next.kind == .lineEnd else {
      readLine(into: &statements)
      return statements
    }
    skip()
    guard next.kind == .indentation else { throw unsayable("a block without lines") }
    skip()
    while next.kind != .outdentation, next.kind != .end { readLine(into: &statements) }
    if next.kind == .outdentation { skip() }
    return statements
  }

  mutating func with() throws(Unsayable) -> PythonStatement.Kind {
    skip()
    var items: [PythonExpression] = []
    repeat {
      items.append(try expression())
      if isAt(word: "as") { throw unsayable("'with' that gives a name") }
    } while accept(",")
    return .with(items, try block())
  }

  mutating func loop() throws(Unsayable) -> PythonStatement.Kind {
    skip()
    let target = try target()
    guard accept(word: "in") else { throw unsayable("'for' without 'in'") }
    let items = try expressions()
    let body = try block()
    if isAt(word: "else") { throw unsayable("'for' with 'else'") }
    return .loop(target, items, body)
  }

  mutating func condition() throws(Unsayable) -> PythonStatement.Kind {
    skip()
    let test = try expression()
    let body = try block()
    if isAt(word: "elif") { return .condition(test, body, [try elseStatement()]) }
    guard accept(word: "else") else { return .condition(test, body, []) }
    return .condition(test, body, try block())
  }

  mutating func elseStatement() throws(Unsayable) -> PythonStatement {
    let (start, line) = (place, next.line)
    let kind = try condition()
    return PythonStatement(kind: kind, line: line, tokens: tokens[start..<place])
  }
}
