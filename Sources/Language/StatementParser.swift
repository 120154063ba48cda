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

  mutating func untimedStatement() throws -> StatementSyntax {
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

  mutating func content(target: TargetSyntax?) throws -> StatementSyntax.Content {
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
  func trailing() -> Placed {
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
  mutating func skipTime() throws {
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

  /// Whether a command begins here: with a verb, and a blank or the end after it.
  var isAtCommand: Bool {
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
  func isOperator(after place: Int) -> Bool {
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

  mutating func command() throws -> CommandSyntax {
    let start = position
    guard let word = word() else { throw fail(.noVerb, position..<position + 1) }
    return try command(verb: word, start: start)
  }

  /// Reads the arguments of a command whose verb has just been read.
  mutating func command(verb: String, start: Int) throws -> CommandSyntax {
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
  mutating func question() throws -> CommandSyntax? {
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

  mutating func nameAfterAs() throws -> NameSyntax {
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
}
