import Tensors

/// Reads nested lists of numbers, as PyTorch prints and accepts them.
struct LiteralParser {
  let bytes: [UInt8]
  var position: Int
  private var values: [Float] = []
  /// The size found first at each depth; later lists must agree.
  private var sizes: [Int?] = []
  /// The depth at which numbers stand, once one was seen.
  private var leafDepth: Int?

  init(bytes: [UInt8], position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// Reads the literal that starts here with `[`.
  ///
  /// - Throws: ``Placed`` with the place of what is ragged, unclosed or no number.
  mutating func parse() throws -> Tensor {
    let start = position
    try list(depth: 0)
    do throws(ShapeError) {
      return Tensor(values, shape: try Shape(checking: sizes.map { $0 ?? 0 }))
    } catch {
      throw Placed(error: error, range: start..<position)
    }
  }

  private mutating func list(depth: Int) throws {
    let open = position
    guard depth < Shape.rankLimit else { throw fail(.tooDeep, open..<open + 1) }
    if let leafDepth, depth >= leafDepth { throw fail(.mixedDepth, open..<open + 1) }
    if sizes.count == depth { sizes.append(nil) }
    position += 1
    var count = 0
    skipBlanks()
    if peek == UInt8(ascii: "]") {
      position += 1
      // An empty list is the innermost one.
      if sizes.count > depth + 1 {
        throw fail(.ragged(expected: sizes[depth] ?? 0, found: 0), open..<position)
      }
    } else {
      while true {
        skipBlanks()
        if peek == UInt8(ascii: "[") {
          try list(depth: depth + 1)
        } else if peek == nil {
          throw fail(.unclosedBracket("["), open..<open + 1)
        } else {
          let start = position
          if sizes.count > depth + 1 { throw fail(.mixedDepth, start..<start + 1) }
          leafDepth = depth + 1
          values.append(try number())
        }
        count += 1
        skipBlanks()
        guard let byte = peek else { throw fail(.unclosedBracket("["), open..<open + 1) }
        if byte == UInt8(ascii: ",") {
          position += 1
          skipBlanks()
          if peek != UInt8(ascii: "]") { continue }
        }
        guard peek == UInt8(ascii: "]") else {
          let end = wordEnd()
          throw fail(
            .missingComma(
              String(decoding: bytes[position..<max(end, position + 1)], as: UTF8.self)),
            position..<max(end, position + 1))
        }
        position += 1
        break
      }
    }
    if let expected = sizes[depth], expected != count {
      throw fail(.ragged(expected: expected, found: count), open..<position)
    }
    sizes[depth] = count
  }

  /// Reads one number: as double, then rounded to float32.
  mutating func number() throws -> Float {
    let end = wordEnd()
    let text = String(decoding: bytes[position..<end], as: UTF8.self)
    guard let value = Double(literal: text) else {
      let range = position..<max(end, min(position + 1, bytes.count))
      if text.contains("...") || text.contains("…") { throw fail(.summarized, range) }
      let shown = text.isEmpty ? String(decoding: bytes[range], as: UTF8.self) : text
      throw fail(.badElement(shown), range)
    }
    position = end
    return Float(value)
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func wordEnd() -> Int {
    var end = position
    while end < bytes.count, !bytes[end].isBlank, !Set(",[]();#=\"".utf8).contains(bytes[end]) {
      end += 1
    }
    return end
  }

  private mutating func skipBlanks() {
    while let byte = peek {
      if byte == UInt8(ascii: "#") {
        while peek != nil, peek != 0x0a { position += 1 }
      } else if byte.isBlank {
        position += 1
      } else {
        return
      }
    }
  }

  private func fail(_ error: SyntaxError, _ range: SourceRange) -> Placed {
    Placed(error: error, range: range)
  }
}

extension Double {
  /// A number as PyTorch writes and Python reads it: digits with a point and an exponent, `nan`,
  /// `inf`, `-inf`; nothing else that the standard library would take.
  init?(literal text: some StringProtocol) {
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
