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

  /// Reads a printed tensor whose first word has just been read; nil where none follows.
  ///
  /// - Throws: ``Placed``, `Cancelled`.
  mutating func printedTensor(_ word: String, start: Int) throws -> Tensor? {
    if Self.heads.contains(word) {
      return peek == UInt8(ascii: "(") ? try printedTensor() : nil
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
    return try printedTensor()
  }

  /// `([1., 2.], grad_fn=<…>, requires_grad=True)`.
  private mutating func printedTensor() throws -> Tensor {
    let open = position
    position += 1
    try skipBlanks()
    var builder = LiteralBuilder()
    var tensor =
      peek == UInt8(ascii: "[")
      ? try literal(&builder) : Tensor(scalar: try number(&builder))
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
      try suffix(of: &tensor, open: open)
    }
    position += 1
    losesDigits = losesDigits || builder.losesDigits
    return tensor
  }

  /// One of the things that stand behind the numbers: `device='cuda:0'`.
  private mutating func suffix(of tensor: inout Tensor, open: Int) throws {
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
    case "requires_grad" where ["True", "False", "true", "false"].contains(value): return
    case "device" where value.count > 1, "names" where value.hasPrefix("("),
      "layout" where value == "torch.strided":
      return
    case "dtype":
      let type = value.split(separator: ".").last.map(String.init) ?? ""
      guard Self.types.contains(type) else { throw fail(.badType(value), range) }
    case "size":
      let empty: Tensor?
      do throws(ShapeError) {
        empty = try Self.empty(tensor, size: value)
      } catch {
        throw Placed(error: error, range: range)
      }
      guard let empty else { throw fail(.badSize(value), range) }
      tensor = empty
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
  private static func empty(_ tensor: Tensor, size text: String) throws(ShapeError) -> Tensor? {
    guard tensor.count == 0, text.first == "(", text.last == ")" else { return nil }
    var parts = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingBlanks }
    if parts.count > 1, parts.last == "" { parts.removeLast() }
    let sizes = parts.compactMap { Int($0) }
    guard sizes.count == parts.count else { return nil }
    let shape = try Shape(checking: sizes)
    return shape.count == 0 ? Tensor([], shape: shape) : nil
  }
}
