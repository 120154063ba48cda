import Functions
import Running

// Statements: what is a target, a command, an expression, a loop.

extension Parser {
  /// Whether a statement ends here.
  var isAtEnd: Bool {
    switch peek {
    case nil, UInt8(ascii: ";"): true
    case UInt8(ascii: "}"): blocks > 0
    case 0x0a, 0x0d: linesEnd
    default: false
    }
  }

  /// Reads one statement, up to what separates it from the next.
  ///
  /// - Throws: ``Placed``, with the place where the statement begins; `Cancelled`.
  mutating func statement() throws -> StatementSyntax {
    let start = position
    do {
      try skipTime()
      let time = position > start ? start..<position : nil
      var statement = try untimedStatement()
      statement.time = time
      try skipBlanks()
      guard isAtEnd else { throw trailing() }
      return statement
    } catch let placed as Placed {
      throw Placed(
        error: placed.error, range: placed.range, statement: placed.statement ?? start)
    }
  }

  private mutating func untimedStatement() throws -> StatementSyntax {
    let start = position
    let target = try target()
    if target != nil { try skipBlanks() }
    if let target, isAtEnd { throw fail(.missingTargetValue, target.range) }
    let content = try content(target: target)
    let end = lastEnd(from: start)
    var name: NameSyntax?
    try skipBlanks()
    if isWord("as") {
      let place = position
      name = try nameAfterAs()
      if target != nil { throw fail(.twoNames, place..<position) }
    }
    let range = start..<(name?.range.upperBound ?? end)
    if case .command(let command) = content {
      var given = name
      if case .name(let own)? = target { given = own }
      return StatementSyntax(
        content: .command(
          CommandSyntax(
            verb: command.verb, verbRange: command.verbRange, arguments: command.arguments,
            name: given,
            range: command.range.lowerBound..<max(command.range.upperBound, range.upperBound))),
        target: target, name: given, range: range)
    }
    if case .name(let own)? = target { name = own }
    return StatementSyntax(content: content, target: target, name: name, range: range)
  }

  /// Where what was read ends, blanks left out.
  func lastEnd(from start: Int) -> Int {
    var end = position
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    return end
  }

  private mutating func content(target: TargetSyntax?) throws -> StatementSyntax.Content {
    if isWord("repeat") || isWord("for") { return .loop(try loop()) }
    if let question = try question() { return .command(question) }
    if isAtCommand { return .command(try command()) }
    let start = position
    let expression = try expression()
    // A word that is followed by something else was meant as a verb.
    if let word = expression.reference?.name {
      try skipBlanks()
      if !isAtEnd, !isWord("as"), let byte = peek, byte != UInt8(ascii: "=") {
        let operators = "+-*/%@&|^<>=!~,)".utf8
        guard !operators.contains(byte), !isWord("and"), !isWord("or"), !isWord("if") else {
          throw trailing()
        }
        position = start
        _ = self.word()
        return .command(try command(verb: word, start: start))
      }
    }
    try refuseAssignment(to: expression)
    try skipBlanks()
    if peek == UInt8(ascii: "[") {
      throw fail(
        .bracketAfterBlank(String(decoding: bytes[expression.range], as: UTF8.self)),
        position..<position + 1)
    }
    return .expression(expression)
  }

  /// The error for what stands where a statement should have ended.
  private func trailing() -> Placed {
    let place = position..<position + 1
    if isWord("and") || isWord("or") || isWord("not") {
      return fail(.wordOperator(rest(from: position)), position..<wordEnd)
    }
    if isWord("if") || isWord("else") { return fail(.conditional, position..<position + 2) }
    if peek == UInt8(ascii: ",") { return fail(.commaOutside, place) }
    return fail(.unexpected(rest(from: position)), place)
  }

  /// Skips the word `time` as often as it stands before something; said several times in a row, it
  /// means the same as once.
  private mutating func skipTime() throws {
    while isWord("time"), position + 4 < bytes.count,
      bytes[position + 4] == 0x20 || bytes[position + 4] == 0x09
    {
      let word = position
      position += 4
      try skipBlanks()
      if isAtEnd || peek == UInt8(ascii: "=") {
        position = word
        return
      }
    }
  }

  // MARK: Targets

  /// The words that name a part of a layer, or the input, to which a value can be given.
  private static let parts: Set<String> = ["weight", "bias", "mask", "input"]

  /// Reads `NAME =` or `m.weight[0] =`; nil, and nothing is read, where the statement has no target.
  private mutating func target() throws -> TargetSyntax? {
    let start = position
    guard let byte = peek, byte.isLetter, var reference = try? pathReference() else {
      position = start
      return nil
    }
    var indices: [IndexSyntax]?
    if peek == UInt8(ascii: "["), let found = try? indexList() { indices = found }
    let end = position
    try skipBlanks()
    guard peek == UInt8(ascii: "="),
      position + 1 >= bytes.count || bytes[position + 1] != UInt8(ascii: "=")
    else {
      position = start
      return nil
    }
    let equals = position
    // A key stands directly before its `=`, after the verb of its command.
    position += 1
    try skipBlanks()
    if isAtEnd { throw fail(.missingTargetValue, start..<equals + 1) }
    reference.range = start..<(indices == nil ? end : reference.range.upperBound)
    if let name = reference.name, indices == nil, !Self.parts.contains(name) {
      return .name(NameSyntax(text: name, range: reference.range))
    }
    let last: String =
      switch reference.members.last?.member {
      case .attribute(let name): name
      case .index: ""
      case nil: reference.name ?? ""
      }
    let isPart =
      reference.members.isEmpty
      ? Self.parts.contains(last) : Self.parts.contains(last) && last != "input"
    guard isPart else {
      throw fail(.badTarget(String(decoding: bytes[start..<end], as: UTF8.self)), start..<end)
    }
    return .part(reference, indices: indices)
  }

  /// Reads a name with the attributes that follow it, without indices.
  private mutating func pathReference() throws -> ReferenceSyntax {
    let start = position
    let name = identifier()
    guard !name.isEmpty else { throw fail(.badReference(""), start..<start + 1) }
    var reference = ReferenceSyntax(
      base: .name(name), baseRange: start..<position, range: start..<position)
    while peek == UInt8(ascii: "."), position + 1 < bytes.count,
      bytes[position + 1].isLetter || bytes[position + 1].isDigit
    {
      let point = position
      position += 1
      reference.members.append((.attribute(pathPart()), point..<position))
    }
    return reference
  }

  /// The errors for assignments that Python has and the language has not.
  private func refuseAssignment(to expression: Expression) throws {
    guard let byte = peek else { return }
    let next = position + 1 < bytes.count ? bytes[position + 1] : 0
    if byte == UInt8(ascii: "="), next != UInt8(ascii: "=") {
      throw fail(
        .badTarget(String(decoding: bytes[expression.range], as: UTF8.self)), expression.range)
    }
  }

  // MARK: Commands

  /// Whether a command begins here: with a verb, and a blank or the end after it.
  private var isAtCommand: Bool {
    guard let byte = peek, byte.isWordByte else { return false }
    let end = wordEnd
    let word = String(decoding: bytes[position..<end], as: UTF8.self)
    guard vocabulary.isVerb(word) else { return false }
    guard end < bytes.count else { return true }
    let next = bytes[end]
    guard
      next.isBlank || next == UInt8(ascii: ";") || next == UInt8(ascii: "#")
        || next == UInt8(ascii: "}")
    else { return false }
    return !(vocabulary.isReference(word) && isOperator(after: end))
  }

  /// Whether a binary operator follows a place, on the same line; `+` and `-` with a blank after.
  private func isOperator(after place: Int) -> Bool {
    var place = place
    while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
    guard place < bytes.count else { return false }
    let next = place + 1 < bytes.count ? bytes[place + 1] : 0x20
    switch bytes[place] {
    case UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "%"), UInt8(ascii: "@"),
      UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "<"),
      UInt8(ascii: ">"):
      return true
    case UInt8(ascii: "="), UInt8(ascii: "!"): return next == UInt8(ascii: "=")
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return next.isBlank
    default: return false
    }
  }

  private mutating func command() throws -> CommandSyntax {
    let start = position
    guard let word = word() else { throw fail(.noVerb, position..<position + 1) }
    return try command(verb: word, start: start)
  }

  /// Reads the arguments of a command whose verb has just been read.
  private mutating func command(verb: String, start: Int) throws -> CommandSyntax {
    let verbRange = start..<position
    var arguments: [ArgumentSyntax] = []
    while true {
      try Cancellation.check()
      try skipBlanks()
      if isAtEnd || isWord("as") { break }
      try Memory.append(try argument(), to: &arguments)
    }
    return CommandSyntax(
      verb: verb, verbRange: verbRange, arguments: arguments,
      range: start..<(arguments.last?.range ?? verbRange).upperBound)
  }

  /// `VERB?`, as IPython has it: `help VERB`; nil, and nothing is read, where there is none.
  private mutating func question() throws -> CommandSyntax? {
    let start = position
    var words: [(text: String, range: SourceRange)] = []
    while words.count < 3, !isAtEnd {
      let wordStart = position
      guard let text = word() else { break }
      words.append((text, wordStart..<position))
      try skipBlanks()
    }
    let isQuestion =
      isAtEnd && words.count <= 2
      && words.contains { $0.text.hasPrefix("?") || $0.text.hasSuffix("?") }
    guard isQuestion, let first = words.first, let last = words.last else {
      position = start
      return nil
    }
    var topics: [ArgumentSyntax] = []
    for word in words {
      let leading = word.text.utf8.prefix { $0 == UInt8(ascii: "?") }.count
      let topic = word.text.drop { $0 == "?" }.prefix { $0 != "?" }
      if topic.isEmpty { continue }
      let place = word.range.lowerBound + leading
      topics.append(
        ArgumentSyntax(value: .word(String(topic)), range: place..<place + topic.utf8.count))
    }
    guard topics.count <= 1 else {
      position = start
      return nil
    }
    return CommandSyntax(
      verb: "help", verbRange: first.range, arguments: topics,
      range: start..<last.range.upperBound)
  }

  private mutating func nameAfterAs() throws -> NameSyntax {
    let start = position
    position += 2
    try skipBlanks()
    let nameStart = position
    guard let text = word() else { throw fail(.missingName, start..<start + 2) }
    let range = nameStart..<position
    guard text.isIdentifier else { throw fail(.badName(text), range) }
    try skipBlanks()
    if !isAtEnd { throw fail(.trailing(rest(from: position)), position..<position + 1) }
    return NameSyntax(text: text, range: range)
  }

  // MARK: Arguments

  private mutating func argument() throws -> ArgumentSyntax {
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
  private mutating func computedValue() throws -> ValueSyntax {
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
        expression, written: String(decoding: bytes[expression.range], as: UTF8.self).shortened)
    }
  }

  /// Reads `WORD(…)`, which is a function's value where it is an expression, and a stage of a network
  /// where it is one; perhaps both.
  private mutating func callOrStage(_ word: String) throws -> ValueSyntax {
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
        return expression.map { .expression($0, written: word) } ?? .word(word)
      }
      return .stage(stage, orExpression: expression)
    } catch let placed as Placed {
      if case .callsTooDeep? = placed.error as? SyntaxError { throw placed }
      if let expression {
        position = end
        return .expression(expression, written: word)
      }
      throw expressionError.map { $0.range.lowerBound > placed.range.lowerBound ? $0 : placed }
        ?? placed
    }
  }
}
