import Running

/// The words that a parser must know: which are verbs, and which of those are values as well.
public struct Vocabulary: Sendable {
  /// Whether a word is a command's verb.
  public let isVerb: @Sendable (String) -> Bool
  /// Whether a verb also stands for a value: `mask`, `grad`.
  public let isReference: @Sendable (String) -> Bool

  /// Makes a vocabulary.
  public init(
    isVerb: @escaping @Sendable (String) -> Bool, isReference: @escaping @Sendable (String) -> Bool
  ) {
    (self.isVerb, self.isReference) = (isVerb, isReference)
  }
}

/// Reads a cell's text into statements. Knows the grammar, and of commands only which words are
/// verbs: which kind of value a word is, and whether parentheses fit, is for whoever takes it.
///
/// Each part of the grammar is an extension in a file of its own, which reads from `position` on
/// and leaves it behind what was read.
public struct Parser {
  let bytes: [UInt8]
  let vocabulary: Vocabulary
  var position = 0
  /// Whether a comma ends a word, as it does in parentheses.
  var commasEndWords = false
  /// How many words with parentheses the place is in.
  var callDepth = 0
  /// Whether a line's end separates statements, as it does in a block.
  var linesEnd = false
  /// How many loops the place lies in.
  var blocks = 0
  /// How many expressions the place lies in, and how many it may.
  var nesting = 0
  static let nestingLimit = 150
  /// Whether a pasted tensor shows digits that float32 does not hold.
  var losesDigits = false

  init(bytes: [UInt8], vocabulary: Vocabulary) {
    (self.bytes, self.vocabulary) = (bytes, vocabulary)
  }

  /// Reads one cell.
  ///
  /// - Throws: ``Placed`` with the place of the first thing that cannot be read; `Cancelled`.
  public static func parse(_ source: String, vocabulary: Vocabulary) throws -> CellSyntax {
    let bytes = Array(source.utf8)
    var brackets = Brackets()
    brackets.scan(bytes)
    var parser = Parser(bytes: bytes, vocabulary: vocabulary)
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
    var statements: [StatementSyntax] = []
    var isQuiet = false
    while true {
      try skipBlanks()
      guard let byte = peek else { break }
      if byte == UInt8(ascii: ";") {
        if statements.isEmpty || isQuiet { throw fail(.emptyCommand, position..<position + 1) }
        isQuiet = true
        position += 1
        continue
      }
      isQuiet = false
      try Memory.append(try statement(), to: &statements)
    }
    return CellSyntax(statements: statements, isQuiet: isQuiet, losesDigits: losesDigits)
  }
}
