import Running

// Loops: `repeat COUNT { … }`, `for NAME in VALUES { … }`.

extension Parser {
  /// Reads a loop, whose word is next.
  ///
  /// - Throws: ``Placed`` with the place of what cannot be read; `Cancelled`.
  mutating func loop() throws -> LoopSyntax {
    let start = position
    let isRepeat = isWord("repeat")
    guard let word = word() else { throw fail(.noVerb, position..<position + 1) }
    let turns: LoopSyntax.Turns
    if isRepeat {
      let counts = try turnValues(after: word, start: start)
      guard counts.count == 1, counts[0].key == nil else {
        throw fail(.repeatTakesOne, counts[1].range)
      }
      turns = .count(counts[0])
    } else {
      try skipBlanks()
      let nameStart = position
      guard let name = self.word() else { throw fail(.loopNeedsName, start..<position) }
      let range = nameStart..<position
      guard name.isIdentifier else { throw fail(.badName(name), range) }
      try skipBlanks()
      guard isWord("in") else { throw fail(.loopNeedsIn, range) }
      position += 2
      turns = .values(
        NameSyntax(text: name, range: range), try turnValues(after: "in", start: start))
    }
    let body = try block()
    var columns: [String] = []
    if case .expression(let last)? = body.last?.content, case .list(let items) = last.kind {
      columns = items.map { String(decoding: bytes[$0.range], as: UTF8.self).shortened }
    }
    return LoopSyntax(turns: turns, body: body, columns: columns)
  }

  /// The values up to the block, of which there is at least one.
  private mutating func turnValues(after word: String, start: Int) throws -> [ArgumentSyntax] {
    var values: [ArgumentSyntax] = []
    while true {
      try Cancellation.check()
      try skipBlanks()
      if peek == UInt8(ascii: "{") { break }
      if isAtEnd {
        throw fail(
          values.isEmpty ? .loopNeedsValues(word) : .loopNeedsBlock,
          start..<max(lastEnd(from: start), start + 1))
      }
      // As Python has it.
      if peek == UInt8(ascii: ":") { throw fail(.loopNeedsBlock, position..<position + 1) }
      let valueStart = position
      try Memory.append(
        ArgumentSyntax(value: try value(), range: valueStart..<position), to: &values)
    }
    guard !values.isEmpty else { throw fail(.loopNeedsValues(word), start..<position) }
    return values
  }

  /// Reads `{ … }`, whose brace is next; lines and `;` separate its statements.
  private mutating func block() throws -> [StatementSyntax] {
    let open = position
    guard blocks < 50 else { throw fail(.tooNested, open..<open + 1) }
    position += 1
    let outside = (linesEnd, blocks)
    (linesEnd, blocks) = (true, blocks + 1)
    defer { (linesEnd, blocks) = outside }
    var statements: [StatementSyntax] = []
    while true {
      try skipBlanks()
      switch peek {
      case nil: throw fail(.unclosedBracket("{"), open..<open + 1)
      case UInt8(ascii: ";"), 0x0a, 0x0d: position += 1
      case UInt8(ascii: "}"):
        position += 1
        return statements
      default: try Memory.append(try statement(), to: &statements)
      }
    }
  }
}
