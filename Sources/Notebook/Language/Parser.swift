import Running
import Tensors

/// Reads a cell's text into commands. Knows the grammar, and no command: which kind of value a word
/// is, and whether parentheses fit, is for whoever takes it.
///
/// Each part of the grammar is an extension in a file of its own, which reads from `position` on
/// and leaves it behind what was read.
public struct Parser {
  let bytes: [UInt8]
  var position = 0
  /// Whether a comma ends a word, as it does in parentheses.
  var commasEndWords = false
  /// How many words with parentheses the place is in.
  var callDepth = 0
  /// Whether a pasted tensor shows digits that float32 does not hold.
  var losesDigits = false

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads one cell.
  ///
  /// - Throws: ``Placed`` with the place of the first thing that cannot be read; `Cancelled`.
  public static func parse(_ source: String) throws -> CellSyntax {
    let bytes = Array(source.utf8)
    var brackets = Brackets()
    brackets.scan(bytes)
    var parser = Parser(bytes: bytes)
    do {
      let cell = try parser.cell()
      guard let fault = brackets.fault else { return cell }
      throw parser.fail(fault)
    } catch let placed as Placed {
      // Where a bracket is wrong the cell has ended; what can be said about the text before it
      // comes first.
      guard let fault = brackets.fault,
        fault.position < placed.range.lowerBound
          || fault.position == placed.range.lowerBound && fault.open != nil
      else { throw placed }
      throw parser.fail(
        fault, statement: placed.statement.flatMap { $0 <= fault.position ? $0 : nil })
    }
  }

  private mutating func cell() throws -> CellSyntax {
    var commands: [CommandSyntax] = []
    var isQuiet = false
    while true {
      try skipBlanks()
      guard let byte = peek else { break }
      if byte == UInt8(ascii: ";") {
        if commands.isEmpty || isQuiet { throw fail(.emptyCommand, position..<position + 1) }
        isQuiet = true
        position += 1
        continue
      }
      isQuiet = false
      let start = position
      do {
        try Memory.append(try statement(), to: &commands)
        try skipBlanks()
        if let next = peek, next != UInt8(ascii: ";") {
          throw fail(.unexpected(rest(from: position)), position..<position + 1)
        }
      } catch let placed as Placed {
        throw Placed(error: placed.error, range: placed.range, statement: start)
      }
    }
    return CellSyntax(commands: commands, isQuiet: isQuiet, losesDigits: losesDigits)
  }

  /// `[time] command`.
  private mutating func statement() throws -> CommandSyntax {
    let start = position
    try skipTime()
    let time = position > start ? start..<position : nil
    var command = try command()
    command.time = time
    return command
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
      if peek == nil || peek == UInt8(ascii: ";") || peek == UInt8(ascii: "=") {
        position = word
        return
      }
    }
  }

  private mutating func command() throws -> CommandSyntax {
    let start = position
    let head = try head()
    let headRange = start..<position
    var arguments: [ArgumentSyntax] = []
    var name: NameSyntax?
    while true {
      try Cancellation.check()
      try skipBlanks()
      guard let byte = peek, byte != UInt8(ascii: ";") else { break }
      if isWord("as") {
        name = try nameAfterAs()
        break
      }
      if byte == UInt8(ascii: "="), arguments.isEmpty { throw assignment(start: start) }
      try Memory.append(try argument(), to: &arguments)
    }
    if let question = question(head, headRange, arguments), name == nil { return question }
    return CommandSyntax(
      head: head, headRange: headRange, arguments: arguments, name: name,
      range: start..<(name?.range ?? arguments.last?.range ?? headRange).upperBound)
  }

  private mutating func head() throws -> CommandSyntax.Head {
    let start = position
    if peek == UInt8(ascii: "[") { return .literal(try literal()) }
    guard let word = word() else { throw fail(.noVerb, position..<position + 1) }
    if let tensor = try printedTensor(word, start: start) { return .literal(tensor) }
    if Double(literal: word) != nil { throw fail(.numberAlone(word), start..<position) }
    if let place = operatorPlace(in: word, start: start) {
      throw fail(.operation(rest(from: place)), place..<place + 1)
    }
    if peek == UInt8(ascii: "(") { throw noParentheses(word, start: start) }
    if peek == UInt8(ascii: "[") || word == "_" || word.contains(".") && !word.contains("?") {
      return .reference(try reference(word, start: start))
    }
    return .verb(word)
  }

  /// `VERB?`, as IPython has it: `help VERB`.
  private func question(
    _ head: CommandSyntax.Head, _ headRange: SourceRange, _ arguments: [ArgumentSyntax]
  ) -> CommandSyntax? {
    guard case .verb(let word) = head, arguments.count <= 1 else { return nil }
    var parts = [(word: word, range: headRange)]
    for argument in arguments {
      guard argument.key == nil, let word = argument.value.word else { return nil }
      parts.append((word, argument.range))
    }
    guard parts.contains(where: { $0.word.hasPrefix("?") || $0.word.hasSuffix("?") }) else {
      return nil
    }
    var topics: [ArgumentSyntax] = []
    for part in parts {
      let leading = part.word.utf8.prefix { $0 == UInt8(ascii: "?") }.count
      let topic = part.word.drop { $0 == "?" }.prefix { $0 != "?" }
      if topic.isEmpty { continue }
      let start = part.range.lowerBound + leading
      topics.append(
        ArgumentSyntax(
          key: nil, value: .word(String(topic)), range: start..<start + topic.utf8.count))
    }
    guard topics.count <= 1 else { return nil }
    let range = headRange.lowerBound..<(arguments.last?.range ?? headRange).upperBound
    return CommandSyntax(
      head: .verb("help"), headRange: headRange, arguments: topics, name: nil, range: range)
  }

  /// The error for a word with a parenthesis, which is next.
  private func noParentheses(_ word: String, start: Int) -> Placed {
    let isEmpty = bytes[position...].starts(with: "()".utf8)
    return fail(.noParentheses(word, isEmpty: isEmpty), start..<position + 1)
  }

  /// The error for `=`, which is next, behind what a command starts with.
  private func assignment(start: Int) -> Placed {
    if position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "=") {
      return fail(.operation("=="), position..<position + 2)
    }
    let target = String(decoding: bytes[start..<position], as: UTF8.self).trimmingBlanks
    return fail(.assignment(target), position..<position + 1)
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
    if let next = peek, next != UInt8(ascii: ";") {
      throw fail(.trailing(rest(from: position)), position..<position + 1)
    }
    return NameSyntax(text: text, range: range)
  }

  private mutating func argument() throws -> ArgumentSyntax {
    let start = position
    if peek == UInt8(ascii: "=") { throw fail(.blankAroundEquals, start..<start + 1) }
    guard let text = word(), peek == UInt8(ascii: "=") else {
      position = start
      let value = try value()
      if let word = value.word, Self.operators.contains(word) || word.hasPrefix("*") {
        throw fail(.operation(word), start..<position)
      }
      return ArgumentSyntax(key: nil, value: value, range: start..<position)
    }
    guard !Self.operators.contains(text + "=") else {
      throw fail(.operation(text + "="), start..<position + 1)
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
    case UInt8(ascii: "["): return try literalValue()
    case UInt8(ascii: "("): return try tuple()
    default: break
    }
    guard let word = word() else {
      throw fail(.unexpected(rest(from: position)), position..<position + 1)
    }
    if let tensor = try printedTensor(word, start: start) { return .literal(tensor) }
    switch peek {
    case UInt8(ascii: "("): return .stage(try call(word, start: start))
    case UInt8(ascii: "["): return .reference(try reference(word, start: start))
    default: return .word(word)
    }
  }
}
