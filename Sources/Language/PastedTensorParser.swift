import Running
import Tensors

// A tensor pasted whole, as PyTorch and NumPy print it: `tensor(…, grad_fn=<…>)`, `array(…)`, and
// with `Parameter containing:` before it.

extension Parser {
  /// The words that stand before the parenthesis of a printed tensor.
  private static let heads: Set<String> = [
    "tensor", "torch.tensor", "torch.Tensor", "torch.FloatTensor", "array", "np.array",
    "numpy.array",
  ]

  /// The types of elements that are read; they become float32.
  private static let types: Set<String> = [
    "float32", "float64", "float16", "bfloat16", "float", "double", "half", "int64", "int32",
    "int16", "int8", "uint8", "long", "int", "short", "bool",
  ]

  /// Reads a printed tensor here; nil, and nothing is read, where there is none.
  ///
  /// - Throws: ``Placed``, `Cancelled`.
  mutating func printedTensor() throws -> LiteralSyntax? {
    let start = position
    guard let word = word() else { return nil }
    if let literal = try printedTensor(word, start: start) { return literal }
    position = start
    return nil
  }

  /// Reads a printed tensor whose first word has just been read; nil where none follows.
  ///
  /// - Throws: ``Placed``, `Cancelled`.
  mutating func printedTensor(_ word: String, start: Int) throws -> LiteralSyntax? {
    if Self.heads.contains(word) {
      return peek == UInt8(ascii: "(") && holdsNumbers ? try printed() : nil
    }
    guard word == "Parameter" else { return nil }
    let afterWord = position
    try skipBlanks()
    guard isWord("containing:") else {
      position = afterWord
      return nil
    }
    position += "containing:".utf8.count
    try skipBlanks()
    guard isWord("tensor"), self.word() != nil, peek == UInt8(ascii: "(") else {
      throw fail(.unexpected(rest(from: position)), start..<position)
    }
    return try printed()
  }

  /// Whether the parenthesis, which is next, holds numbers written out, and no values to be computed.
  private var holdsNumbers: Bool {
    var place = position + 1
    while place < bytes.count, bytes[place].isBlank || bytes[place] == UInt8(ascii: "[") {
      place += 1
    }
    let end = bytes[place...].firstIndex { !$0.isLetter && $0 != UInt8(ascii: "_") } ?? bytes.count
    let word = String(decoding: bytes[min(place, end)..<end], as: UTF8.self)
    guard word.isEmpty || ["nan", "inf", "True", "False", "true", "false"].contains(word) else {
      return false
    }
    // An operator within the brackets makes it a function's call.
    var (depth, hasOperator) = (0, false)
    for place in position..<bytes.count {
      let byte = bytes[place]
      if byte.closingBracket != nil { depth += 1 }
      if byte.isClosingBracket { depth -= 1 }
      if depth == 0 || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "<") { break }
      if "*/%@&|^".utf8.contains(byte) { hasOperator = true }
      let before = place > 0 ? bytes[place - 1] : 0
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), before | 0x20 != UInt8(ascii: "e"),
        before != UInt8(ascii: "["), before != UInt8(ascii: ","), before != UInt8(ascii: "("),
        !before.isBlank || place + 1 < bytes.count && bytes[place + 1].isBlank
      {
        hasOperator = true
      }
      if hasOperator { return false }
    }
    return true
  }

  /// `([1., 2.], grad_fn=<…>, requires_grad=True)`.
  private mutating func printed() throws -> LiteralSyntax {
    let outside = linesEnd
    linesEnd = false
    defer { linesEnd = outside }
    let open = position
    position += 1
    try skipBlanks()
    var builder = LiteralBuilder()
    if peek == UInt8(ascii: "[") {
      _ = try literal(&builder)
    } else {
      try Memory.append(try number(&builder), to: &builder.values)
    }
    var suffixes = PrintedSuffixes()
    suffixes.shape = Shape(builder.sizes.map { $0 ?? 0 })
    while true {
      try skipBlanks()
      guard let byte = peek else { throw fail(.unclosedBracket("("), open..<open + 1) }
      if byte == UInt8(ascii: ")") { break }
      guard byte == UInt8(ascii: ",") else {
        throw fail(.badSuffix(rest(from: position)), position..<position + 1)
      }
      position += 1
      try skipBlanks()
      if peek == UInt8(ascii: ")") { break }
      try suffix(&suffixes, open: open)
    }
    position += 1
    losesDigits = losesDigits || builder.losesDigits
    return suffixes.literal(builder)
  }

  /// One of the things that stand behind the numbers: `device='cuda:0'`.
  private mutating func suffix(_ suffixes: inout PrintedSuffixes, open: Int) throws {
    let start = position
    let key = word() ?? ""
    try skipBlanks()
    if peek == UInt8(ascii: "=") { position += 1 }
    try skipBlanks()
    let valueStart = position
    try skipValueOfSuffix(open: open)
    let range = start..<position
    let value = String(decoding: bytes[valueStart..<position], as: UTF8.self).trimmingBlanks
    switch key {
    case "grad_fn" where value.hasPrefix("<") && value.hasSuffix(">"): return
    case "requires_grad" where ["True", "False", "true", "false"].contains(value):
      suffixes.requiresGradient = value.lowercased() == "true"
    case "device" where value.count > 1, "names" where value.hasPrefix("("),
      "layout" where value == "torch.strided":
      return
    case "dtype":
      let type = value.split(separator: ".").last.map(String.init) ?? ""
      guard Self.types.contains(type) else { throw fail(.badType(value), range) }
      suffixes.type = type
    case "size":
      let empty: Shape?
      do throws(ShapeError) {
        empty = try Self.empty(suffixes.shape, size: value)
      } catch {
        throw Placed(error: error, range: range)
      }
      guard let empty else { throw fail(.badSize(value), range) }
      suffixes.shape = empty
    default:
      throw fail(.badSuffix(String(decoding: bytes[range], as: UTF8.self)), range)
    }
  }

  /// Skips to the `,` or `)` behind a suffix, past those within quotes, brackets and `<…>`.
  private mutating func skipValueOfSuffix(open: Int) throws {
    var closings: [UInt8] = []
    while let byte = peek {
      if let closing = closings.last {
        if byte == closing {
          closings.removeLast()
        } else if closing.isClosingBracket, let inner = byte.closingBracket {
          closings.append(inner)
        }
      } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: ")") {
        return
      } else if let closing = byte.closingBracket {
        closings.append(closing)
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        closings.append(byte)
      } else if byte == UInt8(ascii: "<") {
        closings.append(UInt8(ascii: ">"))
      }
      position += 1
    }
    throw fail(.unclosedBracket("("), open..<open + 1)
  }

  /// An empty tensor with the sizes that PyTorch prints for it, such as `(0, 3)`; nil where they do
  /// not fit.
  ///
  /// - Throws: `ShapeError` for sizes that no tensor can have.
  private static func empty(_ found: Shape, size text: String) throws(ShapeError) -> Shape? {
    guard found.count == 0, text.first == "(", text.last == ")" else { return nil }
    var parts = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingBlanks }
    if parts.count > 1, parts.last == "" { parts.removeLast() }
    let sizes = parts.compactMap { Int($0) }
    guard sizes.count == parts.count else { return nil }
    let shape = try Shape(checking: sizes)
    return shape.count == 0 ? shape : nil
  }
}

/// What stands after the numbers of a printed tensor.
private struct PrintedSuffixes {
  var shape: Shape = []
  var type: String?
  var requiresGradient = false

  /// The tensor that was printed.
  func literal(_ builder: LiteralBuilder) -> LiteralSyntax {
    let isBoolean =
      type.map { $0 == "bool" } ?? (builder.areBooleans && !builder.values.isEmpty)
    let isWhole = type.map { Self.wholeTypes.contains($0) } ?? !builder.values.isEmpty
    return LiteralSyntax(
      Tensor(builder.values, shape: shape),
      integers: isWhole && !isBoolean
        ? builder.integers.map { IntegerTensor($0, shape: shape) } : nil,
      areBooleans: isBoolean, isPrinted: true, requiresGradient: requiresGradient)
  }

  private static let wholeTypes: Set<String> = [
    "int64", "int32", "int16", "int8", "uint8", "long", "int", "short",
  ]
}
