/// A value of JSON (RFC 8259).
public enum JSONValue: Equatable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
}

/// Reads JSON strictly: a key given twice, or what follows the value, is an error.
public struct JSONReader {
  /// The most brackets within one another.
  public static let depthLimit = 64

  private let bytes: [UInt8]
  private let limit: Int
  private var place = 0
  private var made = 0

  /// Reads one value, with blanks around it.
  ///
  /// - Parameters:
  ///   - source: the text.
  ///   - limit: the most values, those within others too: one takes up to 200 bytes, and may be
  ///     written with two.
  /// - Returns: the value.
  /// - Throws: ``TensorFileError`` with the place.
  public static func read(
    _ source: ByteSource, limit: Int = 5_000_000
  ) throws(TensorFileError) -> JSONValue {
    _ = try source.text()
    var reader = JSONReader(bytes: try source.array(), limit: limit)
    let value = try reader.value(depth: 0)
    reader.skipBlanks()
    guard reader.place == reader.bytes.count else { throw reader.damaged }
    return value
  }

  private init(bytes: [UInt8], limit: Int) { (self.bytes, self.limit) = (bytes, limit) }

  private var damaged: TensorFileError { TensorFileError("has damaged JSON at byte \(place)") }

  private mutating func skipBlanks() {
    while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard let next, next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(TensorFileError) -> JSONValue {
    skipBlanks()
    guard depth <= Self.depthLimit else {
      throw TensorFileError("has JSON with more than \(Self.depthLimit) brackets in one another")
    }
    made += 1
    guard made <= limit else {
      throw TensorFileError("has JSON of more than \(limit) values")
    }
    switch next ?? 0 {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: break
    }
    let words: [(String, JSONValue)] = [
      ("null", .null), ("true", .boolean(true)), ("false", .boolean(false)),
    ]
    for (word, value) in words where bytes[place...].starts(with: word.utf8) {
      place += word.utf8.count
      return value
    }
    throw damaged
  }

  private mutating func object(depth: Int) throws(TensorFileError) -> [String: JSONValue] {
    place += 1
    var members: [String: JSONValue] = [:]
    if accept("}") { return members }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw damaged }
      let key = try string()
      guard accept(":") else { throw damaged }
      guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
        throw TensorFileError("has the key '\(key.prefix(80))' twice")
      }
    } while accept(",")
    guard accept("}") else { throw damaged }
    return members
  }

  private mutating func array(depth: Int) throws(TensorFileError) -> [JSONValue] {
    place += 1
    var values: [JSONValue] = []
    if accept("]") { return values }
    repeat { values.append(try value(depth: depth + 1)) } while accept(",")
    guard accept("]") else { throw damaged }
    return values
  }

  private mutating func number() throws(TensorFileError) -> JSONValue {
    let start = place
    if next == UInt8(ascii: "-") { place += 1 }
    let first = next
    let whole = try digits()
    guard whole == 1 || first != UInt8(ascii: "0") else { throw damaged }
    var isInteger = true
    if next == UInt8(ascii: ".") {
      place += 1
      isInteger = false
      _ = try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      place += 1
      isInteger = false
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
      _ = try digits()
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isInteger, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text) else { throw damaged }
    return .number(number)
  }

  private mutating func digits() throws(TensorFileError) -> Int {
    let start = place
    while let next, (0x30...0x39).contains(next) { place += 1 }
    guard place > start else { throw damaged }
    return place - start
  }

  private mutating func string() throws(TensorFileError) -> String {
    place += 1
    let start = place
    while let next, next >= 0x20, next != UInt8(ascii: "\""), next != UInt8(ascii: "\\") {
      place += 1
    }
    var text = bytes[start..<place]
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += Array(String(try escaped()).utf8)
      case 0..<0x20: throw damaged
      default: text.append(byte)
      }
    }
    throw damaged
  }

  private mutating func escaped() throws(TensorFileError) -> Unicode.Scalar {
    guard let letter = next else { throw damaged }
    place += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw damaged
    }
    var code = try hexadecimal()
    if (0xd800..<0xdc00).contains(code), bytes[place...].starts(with: "\\u".utf8) {
      place += 2
      let low = try hexadecimal()
      guard (0xdc00..<0xe000).contains(low) else { throw damaged }
      code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw damaged }
    return scalar
  }

  private mutating func hexadecimal() throws(TensorFileError) -> UInt32 {
    let digits = bytes[place...].prefix(4)
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.count == 4, text.allSatisfy(\.isHexDigit), let code = UInt32(text, radix: 16)
    else {
      throw damaged
    }
    place += 4
    return code
  }
}
