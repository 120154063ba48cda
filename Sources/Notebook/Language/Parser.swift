import Tensors

/// Reads a cell's text into commands. Knows the grammar, and of commands only which ones take stages
/// of a network.
public struct Parser {
  let bytes: [UInt8]
  var position = 0
  /// Whether the command being read takes stages of a network, whose arguments have parentheses.
  var takesStages = false

  /// Reads one cell.
  ///
  /// - Throws: ``Diagnostic`` with the place of the first thing that cannot be read.
  public static func parse(_ source: String) throws(Diagnostic) -> CellSyntax {
    var parser = Parser(bytes: Array(source.utf8))
    do {
      return try parser.cell()
    } catch let placed as Placed {
      throw Diagnostic(placed.error, range: placed.range)
    } catch {
      throw Diagnostic(message: "\(error)", range: 0..<source.utf8.count)
    }
  }

  init(bytes: [UInt8]) { self.bytes = bytes }

  // MARK: Cells and commands

  mutating func cell() throws -> CellSyntax {
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
      commands.append(try command())
      try skipBlanks()
      if let next = peek, next != UInt8(ascii: ";") {
        throw fail(.unexpected(rest(from: position)), position..<position + 1)
      }
    }
    return CellSyntax(commands: commands, isQuiet: isQuiet)
  }

  mutating func command() throws -> CommandSyntax {
    let start = position
    guard let word = word(), !word.isEmpty else {
      throw fail(.noVerb, position..<position + 1)
    }
    let headRange = start..<position
    let head: CommandSyntax.Head
    if word == TensorCommand.name && peek == UInt8(ascii: "(") || isHeading(word) {
      // A printed tensor that stands alone is the command and its literal.
      head = .verb(TensorCommand.name)
      position = start
    } else if peek == UInt8(ascii: "(") {
      throw noParentheses(word, start: start)
    } else if peek == UInt8(ascii: "[") || word == "_" || word.contains(".") {
      head = .reference(try reference(word, start: start))
    } else {
      head = .verb(word)
    }
    takesStages = CommandTable.takesStages(word)
    var arguments: [ArgumentSyntax] = []
    var name: NameSyntax?
    while true {
      try skipBlanks()
      guard let byte = peek, byte != UInt8(ascii: ";") else { break }
      if isWord("as") {
        name = try nameBehindAs()
        break
      }
      if byte == UInt8(ascii: "="), arguments.isEmpty {
        throw fail(.assignment(word), position..<position + 1)
      }
      arguments.append(try argument())
    }
    let end = name?.range.upperBound ?? arguments.last?.range.upperBound ?? position
    return CommandSyntax(
      head: head, headRange: headRange, arguments: arguments, name: name,
      range: start..<max(end, headRange.upperBound))
  }

  /// Whether a word begins the line that is printed above a parameter's tensor.
  private func isHeading(_ word: String) -> Bool {
    guard word == "Parameter" else { return false }
    let rest = bytes[position...].drop { $0.isBlank }
    return rest.starts(with: "containing:".utf8)
  }

  /// The error for a word with a parenthesis, which is next.
  func noParentheses(_ word: String, start: Int) -> Placed {
    let isEmpty = bytes[position...].starts(with: "()".utf8)
    return fail(.noParentheses(word, isEmpty: isEmpty), start..<position + 1)
  }

  mutating func nameBehindAs() throws -> NameSyntax {
    let start = position
    position += 2
    try skipBlanks()
    let nameStart = position
    guard let text = word(), !text.isEmpty else { throw fail(.missingName, start..<start + 2) }
    let range = nameStart..<position
    guard text.isIdentifier else { throw fail(.badName(text), range) }
    try skipBlanks()
    if let next = peek, next != UInt8(ascii: ";") {
      throw fail(.trailing(rest(from: position)), position..<position + 1)
    }
    return NameSyntax(text: text, range: range)
  }

  mutating func argument() throws -> ArgumentSyntax {
    let start = position
    if peek == UInt8(ascii: "=") { throw fail(.blankAroundEquals, start..<start + 1) }
    guard let text = word(), !text.isEmpty, peek == UInt8(ascii: "=") else {
      position = start
      return ArgumentSyntax(key: nil, value: try value(), range: start..<position)
    }
    guard text.isIdentifier else { throw fail(.badKey(text), start..<position) }
    position += 1
    guard let next = peek, !next.isBlank, next != UInt8(ascii: ";"), next != UInt8(ascii: "#")
    else { throw fail(.missingValue(key: text), start..<position) }
    return ArgumentSyntax(key: text, value: try value(), range: start..<position)
  }

  mutating func value() throws -> ValueSyntax {
    let start = position
    switch peek {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "["): return .literal(try literal())
    default: break
    }
    guard let word = word(), !word.isEmpty else {
      throw fail(.unexpected(rest(from: position)), position..<position + 1)
    }
    if word == "Parameter" {
      let afterWord = position
      try skipBlanks()
      if isWord("containing:") {
        position += "containing:".utf8.count
        try skipBlanks()
        guard isWord("tensor") else {
          throw fail(.unexpected(rest(from: position)), start..<position)
        }
        position += "tensor".utf8.count
        return .literal(try printedTensor(start: start))
      }
      position = afterWord
    }
    switch peek {
    case UInt8(ascii: "("):
      guard word == "tensor" else {
        guard takesStages else { throw noParentheses(word, start: start) }
        return .stage(try stage(word, start: start))
      }
      return .literal(try printedTensor(start: start))
    case UInt8(ascii: "["):
      return .reference(try reference(word, start: start))
    default: return .word(word)
    }
  }

  mutating func stage(_ word: String, start: Int) throws -> CommandSyntax {
    var parser = StageParser(bytes: bytes, position: position)
    let stage = try parser.parse(word, start: start)
    position = parser.position
    return stage
  }

  // MARK: Literals

  mutating func literal() throws -> Tensor {
    var parser = LiteralParser(bytes: bytes, position: position)
    let tensor = try parser.parse()
    position = parser.position
    return tensor
  }

  /// `(…, grad_fn=<…>, requires_grad=True)` behind the word `tensor`, as PyTorch prints it.
  mutating func printedTensor(start: Int) throws -> Tensor {
    let open = position
    position += 1
    try skipBlanks()
    let tensor: Tensor
    var statedSize: [Int]?
    var sizeRange = start..<start
    if peek == UInt8(ascii: "[") {
      tensor = try literal()
    } else {
      var parser = LiteralParser(bytes: bytes, position: position)
      tensor = Tensor(scalar: try parser.number())
      position = parser.position
    }
    while true {
      try skipBlanks()
      guard let byte = peek else { throw fail(.unclosedBracket("("), open..<open + 1) }
      position += 1
      if byte == UInt8(ascii: ")") { break }
      let suffixStart = position
      try skipBlanks()
      var text = ""
      while let next = peek, next != UInt8(ascii: ","), next != UInt8(ascii: ")") {
        position += 1
        text.unicodeScalars.append(Unicode.Scalar(next))
        if next == UInt8(ascii: "("), text == "size=(" {
          let sizes = bytes[position...].prefix { $0 != UInt8(ascii: ")") }
          // What is no number of a size is none that a tensor can have.
          statedSize = String(decoding: sizes, as: UTF8.self).split(separator: ",")
            .map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }.map { Int($0) ?? .max }
          sizeRange = position..<position + sizes.count
          position = min(position + sizes.count + 1, bytes.count)
        }
      }
      let known = ["grad_fn=<", "requires_grad=True", "size=(", "dtype=torch.float32"]
      guard byte == UInt8(ascii: ","), known.contains(where: text.hasPrefix) else {
        throw fail(.badSuffix(text), suffixStart..<max(position, suffixStart + 1))
      }
    }
    guard let statedSize else { return tensor }
    do throws(ShapeError) {
      let shape = try Shape(checking: statedSize)
      return tensor.count == 0 && shape.count == 0 ? Tensor([], shape: shape) : tensor
    } catch {
      throw Placed(error: error, range: sizeRange)
    }
  }

  // MARK: Words and blanks

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  static let delimiters = Set(";#\"[]()=".utf8)

  /// The run of word characters here; nil at the end.
  mutating func word() -> String? {
    let start = position
    while let byte = peek, !byte.isBlank, !Self.delimiters.contains(byte), byte >= 0x20 {
      position += 1
    }
    return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
  }

  func isWord(_ text: String) -> Bool {
    let end = position + text.utf8.count
    guard end <= bytes.count, bytes[position..<end].elementsEqual(text.utf8) else { return false }
    return end == bytes.count || bytes[end].isBlank || Self.delimiters.contains(bytes[end])
  }

  mutating func string() throws -> String {
    let open = position
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let next = peek, next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") else {
          throw fail(
            .badEscape(String(rest(from: position).prefix(1))), position - 1..<position + 1)
        }
        text.append(next)
        position += 1
      case 0x0a: throw fail(.unclosedString, open..<position - 1)
      case 0..<0x20: throw fail(.controlCharacter(byte), position - 1..<position)
      default: text.append(byte)
      }
    }
    throw fail(.unclosedString, open..<position)
  }

  mutating func skipBlanks() throws {
    while let byte = peek {
      if byte == UInt8(ascii: "#") {
        while peek != nil, peek != 0x0a { position += 1 }
      } else if byte.isBlank {
        position += 1
      } else if byte < 0x20 || byte == 0x7f {
        throw fail(.controlCharacter(byte), position..<position + 1)
      } else {
        return
      }
    }
  }

  func rest(from start: Int) -> String {
    let end = min(bytes.count, start + 200)
    return String(decoding: bytes[min(start, end)..<end].prefix { !$0.isBlank }, as: UTF8.self)
  }

  func fail(_ error: SyntaxError, _ range: SourceRange) -> Placed {
    Placed(
      error: error,
      range: min(
        range.lowerBound, bytes.count)..<min(range.upperBound, max(bytes.count, range.lowerBound)))
  }
}
