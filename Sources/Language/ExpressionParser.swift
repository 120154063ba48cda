import Functions
import Running
import Tensors

// Expressions, with Python's precedence.

extension Parser {
  /// Expressions may lie within each other so often; a chain of operators counts its operators.
  private static let depthLimit = 400

  /// How tightly each operator binds, from the loosest; a unary minus stands between `*` and `**`.
  private static let precedences: [(BinaryOperator, Int)] = [
    (.equal, 1), (.notEqual, 1), (.lessOrEqual, 1), (.greaterOrEqual, 1), (.less, 1),
    (.greater, 1), (.or, 2), (.exclusiveOr, 3), (.and, 4), (.add, 5), (.subtract, 5),
    (.power, 8), (.multiply, 6), (.floorDivide, 6), (.divide, 6), (.remainder, 6),
    (.matrixMultiply, 6),
  ]
  private static let unaryPrecedence = 7
  private static let comparison = 1

  /// Reads an expression.
  ///
  /// - Throws: ``Placed`` with the place of what cannot be read; `Cancelled`.
  mutating func expression() throws -> Expression { try expression(above: 0) }

  mutating func expression(above limit: Int) throws -> Expression {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.nestingLimit else { throw fail(.tooNested, position..<position + 1) }
    var left = try operand()
    var compared = false
    while true {
      try Cancellation.check()
      try skipBlanks()
      guard let (symbol, precedence) = binaryOperator(), precedence > limit else { break }
      let place = position..<position + symbol.rawValue.utf8.count
      // `x += 1` and the like are no expressions.
      if place.upperBound < bytes.count, bytes[place.upperBound] == UInt8(ascii: "="),
        precedence > Self.comparison
      {
        throw fail(
          .augmented(symbol.rawValue + "=", target: text(left.range)),
          place.lowerBound..<place.upperBound + 1)
      }
      if precedence == Self.comparison {
        guard !compared else { throw fail(.chain, place) }
        compared = true
      }
      position = place.upperBound
      try skipBlanks()
      guard !isAtEnd else { throw fail(.missingOperand(symbol.rawValue), place) }
      // `**` is right-associative and lets a sign follow.
      let right =
        symbol == .power
        ? try powerOperand() : try expression(above: precedence)
      left = try make(
        .binary(symbol, left, right, place),
        left.range.lowerBound..<right.range.upperBound, within: [left, right])
    }
    return left
  }

  /// What stands to the right of `**`: a unary minus binds there, and `**` once more.
  mutating func powerOperand() throws -> Expression {
    try expression(above: Self.unaryPrecedence)
  }

  mutating func operand() throws -> Expression {
    let start = position
    try refuseWordOperator()
    let sign: UnaryOperator? =
      switch peek {
      case UInt8(ascii: "-"): .minus
      case UInt8(ascii: "+"): .plus
      case UInt8(ascii: "~"): .invert
      default: nil
      }
    guard let sign else { return try primary() }
    position += 1
    try skipBlanks()
    guard !isAtEnd else { throw fail(.missingOperand(sign.rawValue), start..<start + 1) }
    let operand = try expression(above: Self.unaryPrecedence)
    if sign == .minus, case .scalar(.float(let value)) = operand.kind,
      value.isInfinite || value.isNaN
    {
      return Expression(.scalar(.float(-value)), start..<operand.range.upperBound)
    }
    return try make(
      .unary(sign, operand), start..<operand.range.upperBound, within: [operand])
  }

  /// The operator here, which is not read, and how tightly it binds.
  func binaryOperator() -> (BinaryOperator, Int)? {
    guard let byte = peek else { return nil }
    func starts(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }
    switch byte {
    case UInt8(ascii: "="): return starts("==") ? (.equal, 1) : nil
    case UInt8(ascii: "!"): return starts("!=") ? (.notEqual, 1) : nil
    case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "*"), UInt8(ascii: "/"),
      UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "&"), UInt8(ascii: "|"),
      UInt8(ascii: "^"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      return Self.precedences.filter { starts($0.0.rawValue) }
        .max { $0.0.rawValue.utf8.count < $1.0.rawValue.utf8.count }
    default: return nil
    }
  }

  func refuseWordOperator() throws {
    guard isWord("not") else { return }
    // A value may have this name.
    var place = position + 3
    while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
    guard place < bytes.count, place > position + 3 else { return }
    let byte = bytes[place]
    if byte.isLetter || byte.isDigit || "(_[\"~".utf8.contains(byte) {
      throw fail(.wordOperator("not"), position..<position + 3)
    }
  }

  func text(_ range: SourceRange) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  func make(
    _ kind: Expression.Kind, _ range: SourceRange, within parts: [Expression]
  ) throws -> Expression {
    let depth = 1 + (parts.map(\.depth).max() ?? 0)
    guard depth <= Self.depthLimit else { throw fail(.tooNested, range) }
    return Expression(kind, range, depth: depth)
  }
}
