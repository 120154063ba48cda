import CLibrary

/// Python's strings.
enum PythonText {
  /// A part of an f-string.
  enum Piece {
    case text(String)
    /// What is computed, and how it is formatted: `.4f`; nil where it is shown as `print` shows it.
    case value(String, format: String?)
  }

  /// The parts of an f-string; nil where it does more than show values.
  static func pieces(of content: String, allowsEmpty: Bool = false) -> [Piece]? {
    var pieces: [Piece] = []
    var text = ""
    let characters = Array(content)
    var place = 0
    while place < characters.count {
      let character = characters[place]
      let isDouble = place + 1 < characters.count && characters[place + 1] == character
      place += 1
      guard character == "{" || character == "}" else {
        text.append(character)
        continue
      }
      if isDouble {
        text.append(character)
        place += 1
        continue
      }
      guard character == "{", let end = end(of: characters, from: place) else { return nil }
      if !text.isEmpty { pieces.append(.text(text)) }
      text = ""
      let inner = String(characters[place..<end.value])
      guard allowsEmpty || !inner.allSatisfy(\.isWhitespace) else { return nil }
      if inner.hasSuffix("="), !["==", "!=", "<=", ">="].contains(where: inner.hasSuffix) {
        pieces.append(.text(inner))
        pieces.append(.value(String(inner.dropLast()), format: nil))
        guard end.value == end.all else { return nil }
      } else {
        let format =
          end.value < end.all ? String(characters[(end.value + 1)..<end.all]) : nil
        guard characters[end.value] != "!", format?.contains("{") != true else { return nil }
        pieces.append(.value(inner, format: format))
      }
      place = end.all + 1
    }
    if !text.isEmpty { pieces.append(.text(text)) }
    return pieces
  }

  /// Where an expression within braces ends, and where its brace does.
  private static func end(of characters: [Character], from start: Int) -> (value: Int, all: Int)? {
    var depth = 0
    var value: Int?
    var quote: Character?
    for place in start..<characters.count {
      let character = characters[place]
      if let open = quote {
        if character == open { quote = nil }
        continue
      }
      switch character {
      case "'", "\"": quote = character
      case "(", "[", "{": depth += 1
      case ")", "]": depth -= 1
      case "}" where depth == 0: return (value ?? place, place)
      case "}": depth -= 1
      case ":" where depth == 0 && value == nil: value = place
      case "!" where depth == 0 && value == nil:
        if place + 1 < characters.count, characters[place + 1] != "=" { value = place }
      default: break
      }
    }
    return nil
  }

  /// The text that a string without `r` stands for; what is not known stays as it is.
  static func unescaped(_ content: String) -> String {
    guard content.utf8.contains(UInt8(ascii: "\\")) else { return content }
    var result = ""
    var characters = content.makeIterator()
    while let character = characters.next() {
      guard character == "\\", let next = characters.next() else {
        result.append(character)
        continue
      }
      switch next {
      case "n": result.append("\n")
      case "t": result.append("\t")
      case "r": result.append("\r")
      case "\\", "'", "\"": result.append(next)
      case "\n": break
      default: result += "\\" + String(next)
      }
    }
    return result
  }

  /// A number as Python's `format` writes it.
  ///
  /// - Parameters:
  ///   - number: the number.
  ///   - format: such as `.4f`, `8.3e`, `.2%`, `d`.
  /// - Returns: the text; nil for formats that are not known.
  static func formatted(_ number: Double, _ format: String) -> String? {
    let isDigit = { (character: Character) in character.isASCII && character.isNumber }
    let width = Int(format.prefix(while: isDigit)) ?? 0
    let rest = format.drop(while: isDigit)
    guard width <= 200, number.isFinite else { return nil }
    var text: String
    if rest.isEmpty || rest == "d" {
      guard let whole = Int(exactly: number) else { return nil }
      text = "\(whole)"
    } else {
      guard rest.first == ".", let digits = Int32(rest.dropFirst().dropLast()), digits <= 60 else {
        return nil
      }
      switch rest.last {
      case "f": text = printed(number, "%.*f", digits)
      case "e": text = printed(number, "%.*e", digits)
      case "%": text = printed(number * 100, "%.*f", digits) + "%"
      default: return nil
      }
    }
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }

  private static func printed(_ number: Double, _ format: String, _ digits: Int32) -> String {
    // The largest double has 309 digits before its point.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400) { buffer in
      let length = withVaList([digits, number]) {
        vsnprintf(buffer.baseAddress, buffer.count, format, $0)
      }
      let bytes = buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}
