import Running
import Tensors

// Nested lists of numbers, as PyTorch prints and accepts them.

/// What is known of a literal while it is read.
struct LiteralBuilder {
  var values: [Float] = []
  /// The size found first at each depth; later lists must agree.
  var sizes: [Int?] = []
  /// The depth at which numbers stand, once one was seen.
  var leafDepth: Int?
  /// Whether a number has digits that float32 does not hold.
  var losesDigits = false
  /// The numbers, as long as all are written without point and exponent, as PyTorch prints whole ones.
  var integers: [Int64]? = []
  /// The first numbers as they are written: sizes must be whole.
  var written: [String] = []
  /// Whether all are truth values so far.
  var areBooleans = true

  /// The tensor of the numbers, which fill a shape.
  func literal(_ shape: Shape) -> LiteralSyntax {
    LiteralSyntax(
      Tensor(values, shape: shape),
      integers: areBooleans && !values.isEmpty
        ? nil : integers.map { IntegerTensor($0, shape: shape) },
      areBooleans: areBooleans && !values.isEmpty, written: written)
  }
}

extension LiteralBuilder {
  /// Takes what a number is as a whole one, if it is.
  fileprivate mutating func note(integer: Int64?) {
    areBooleans = false
    if let integer { integers?.append(integer) } else { integers = nil }
  }
}

extension Parser {
  /// Reads the literal that starts here with `[`.
  ///
  /// - Throws: ``Placed`` with the place of what is ragged, unclosed or not a number; `Cancelled`.
  mutating func literal() throws -> LiteralSyntax {
    var builder = LiteralBuilder()
    return try literal(&builder)
  }

  mutating func literal(_ builder: inout LiteralBuilder) throws -> LiteralSyntax {
    let start = position
    let outside = linesEnd
    linesEnd = false
    defer { linesEnd = outside }
    try numberList(depth: 0, &builder)
    do throws(ShapeError) {
      return builder.literal(try Shape(checking: builder.sizes.map { $0 ?? 0 }))
    } catch {
      throw Placed(error: error, range: start..<position)
    }
  }

  private mutating func numberList(depth: Int, _ builder: inout LiteralBuilder) throws {
    let open = position
    guard depth < Shape.rankLimit else { throw fail(.tooDeep, open..<open + 1) }
    if let leafDepth = builder.leafDepth, depth >= leafDepth {
      throw fail(.mixedDepth, open..<open + 1)
    }
    if builder.sizes.count == depth { builder.sizes.append(nil) }
    position += 1
    var count = 0
    try skipBlanks()
    if peek == UInt8(ascii: "]") {
      position += 1
      // An empty list is the innermost one.
      if builder.sizes.count > depth + 1 {
        throw fail(.ragged(expected: builder.sizes[depth] ?? 0, found: 0), open..<position)
      }
    } else {
      while true {
        try Cancellation.check()
        try element(depth: depth, open: open, &builder)
        count += 1
        try skipBlanks()
        guard let byte = peek else { throw fail(.unclosedBracket("["), open..<open + 1) }
        if byte == UInt8(ascii: ",") {
          position += 1
          try skipBlanks()
          if peek != UInt8(ascii: "]") { continue }
        }
        guard peek == UInt8(ascii: "]") else {
          let end = max(elementEnd, position + 1)
          throw fail(
            .missingComma(String(decoding: bytes[position..<min(end, bytes.count)], as: UTF8.self)),
            position..<end)
        }
        position += 1
        break
      }
    }
    if let expected = builder.sizes[depth], expected != count {
      throw fail(.ragged(expected: expected, found: count), open..<position)
    }
    builder.sizes[depth] = count
  }

  private mutating func element(
    depth: Int, open: Int, _ builder: inout LiteralBuilder
  ) throws {
    if peek == UInt8(ascii: "[") { return try numberList(depth: depth + 1, &builder) }
    guard peek != nil else { throw fail(.unclosedBracket("["), open..<open + 1) }
    guard builder.sizes.count == depth + 1 else {
      throw fail(.mixedDepth, position..<position + 1)
    }
    builder.leafDepth = depth + 1
    let start = position
    try Memory.append(try number(&builder), to: &builder.values)
    guard builder.written.count < 2 else { return }
    builder.written.append(String(decoding: bytes[start..<position], as: UTF8.self))
  }

  /// Reads one number: as double, then rounded to float32. `True` is 1 and `False` 0.
  mutating func number(_ builder: inout LiteralBuilder) throws -> Float {
    let start = position
    if let decimal = decimal() {
      let value = Float(decimal.value)
      builder.note(integer: decimal.isWhole ? Int64(decimal.value) : nil)
      builder.losesDigits =
        builder.losesDigits || (Double(value) - decimal.value).magnitude > decimal.unit / 2
      return value
    }
    position = elementEnd
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    switch text {
    case "True", "true":
      builder.integers?.append(1)
      return 1
    case "False", "false":
      builder.integers?.append(0)
      return 0
    default: break
    }
    guard let value = Double(literal: text) else {
      position = start
      let range = start..<max(start + text.utf8.count, min(start + 1, bytes.count))
      if text.contains("...") || text.contains("…") { throw fail(.summarized, range) }
      let shown = text.isEmpty ? String(decoding: bytes[range], as: UTF8.self) : text
      throw fail(.badElement(shown), range)
    }
    builder.note(integer: Int64(text))
    builder.losesDigits =
      builder.losesDigits || value.isFinite && Double(Float(value)) != value
    return Float(value)
  }

  /// Where what could be a number here ends.
  private var elementEnd: Int {
    var end = position
    while end < bytes.count, bytes[end].isWordByte, bytes[end] != UInt8(ascii: ",") { end += 1 }
    return end
  }

  /// A number of up to fifteen digits with a small exponent, and how much its last digit counts.
  /// Both it and the power of ten are exact as doubles, so that one operation rounds it rightly.
  /// Nil for any other text, and nothing is read then.
  private mutating func decimal() -> (value: Double, unit: Double, isWhole: Bool)? {
    var place = position
    var mantissa = 0
    var (digits, exponent) = (0, 0)
    var isWhole = true
    func byte() -> UInt8 { place < bytes.count ? bytes[place] : 0 }
    let isNegative = byte() == UInt8(ascii: "-")
    if isNegative || byte() == UInt8(ascii: "+") { place += 1 }
    while digits <= 15 {
      if byte().isDigit {
        mantissa = mantissa * 10 + Int(byte() & 15)
        digits += 1
        if !isWhole { exponent -= 1 }
      } else if isWhole, byte() == UInt8(ascii: ".") {
        isWhole = false
      } else {
        break
      }
      place += 1
    }
    guard digits > 0, digits <= 15 else { return nil }
    if byte() | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      place += 1
      let isBelow = byte() == UInt8(ascii: "-")
      if isBelow || byte() == UInt8(ascii: "+") { place += 1 }
      let start = place
      var power = 0
      while byte().isDigit, place - start < 3 {
        power = power * 10 + Int(byte() & 15)
        place += 1
      }
      guard place > start else { return nil }
      exponent += isBelow ? -power : power
    }
    guard exponent.magnitude < Self.powers.count,
      place == bytes.count || !bytes[place].isWordByte
        || bytes[place] == UInt8(ascii: ",")
    else { return nil }
    position = place
    let power = Self.powers[Int(exponent.magnitude)]
    let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    return (isNegative ? -value : value, exponent < 0 ? 1 / power : power, isWhole)
  }

  /// The powers of ten that a double holds exactly.
  private static let powers: [Double] = (0..<22).reduce(into: [1]) { powers, _ in
    powers.append((powers.last ?? 1) * 10)
  }
}

extension Double {
  /// A number as PyTorch writes and Python reads it: digits with a point and an exponent, `nan`,
  /// `inf`, `-inf`; nothing else that the standard library would take.
  package init?(literal text: some StringProtocol) {
    switch text {
    case "nan": self = .nan
    case "inf", "+inf": self = .infinity
    case "-inf": self = -.infinity
    default:
      guard let last = Array(text.utf8).last, last.isDigit || last == UInt8(ascii: "."),
        text.utf8.contains(where: \.isDigit),
        text.utf8.allSatisfy({ $0.isDigit || "+-.eE".utf8.contains($0) })
      else { return nil }
      self.init(text)
    }
  }
}
