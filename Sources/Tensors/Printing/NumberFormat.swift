import CLibrary
import Running

/// How all numbers of one tensor are written: the format is chosen once from their values.
///
/// PyTorch's `_Formatter` (torch/_tensor_str.py, 2.15.0). The choice is made on doubles; zeros and
/// non-finite values take no part in it.
public struct NumberFormat: Sendable {
  /// Columns that every number takes at least.
  public let width: Int
  private let isInteger: Bool
  private let isScientific: Bool
  private let precision: Int

  /// Chooses the format for these values.
  public init(_ values: some Sequence<Float>, options: PrintOptions = PrintOptions()) {
    precision = options.precision
    var (smallest, largest) = (Double.infinity, 0.0)
    var isInteger = true
    for value in values where value != 0 && value.isFinite {
      // Whoever asked for the text and for its end throws it away.
      if Cancellation.isRequested { break }
      let magnitude = Double(value.magnitude)
      smallest = min(smallest, magnitude)
      largest = max(largest, magnitude)
      if isInteger, value != value.rounded(.up) { isInteger = false }
    }
    self.isInteger = isInteger
    guard largest > 0 else {
      isScientific = false
      width = 1
      return
    }
    isScientific =
      options.scientific
      ?? (largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4)
    var width = 1
    var scratch: [UInt8] = []
    for value in values where value != 0 && value.isFinite {
      if Cancellation.isRequested { break }
      scratch.removeAll(keepingCapacity: true)
      Self.append(
        value, to: &scratch, scientific: isScientific,
        precision: isScientific || !isInteger ? precision : 0)
      width = max(width, scratch.count + (isInteger && !isScientific ? 1 : 0))
    }
    self.width = width
  }

  /// Appends one number, padded on the left to ``width``.
  public func append(_ value: Float, to text: inout [UInt8]) {
    let start = text.count
    if isScientific {
      Self.append(value, to: &text, scientific: true, precision: precision)
    } else if isInteger {
      Self.append(value, to: &text, scientific: false, precision: 0)
      if value.isFinite { text.append(UInt8(ascii: ".")) }
    } else {
      Self.append(value, to: &text, scientific: false, precision: precision)
    }
    let missing = width - (text.count - start)
    if missing > 0 {
      text.insert(contentsOf: repeatElement(UInt8(ascii: " "), count: missing), at: start)
    }
  }

  /// One number as text, padded on the left to ``width``.
  public func string(_ value: Float) -> String {
    var text: [UInt8] = []
    append(value, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// One number as text, without padding.
  public func text(of value: Float) -> String {
    let padded = string(value)
    return String(padded[(padded.firstIndex { $0 != " " } ?? padded.startIndex)...])
  }

  /// `%.*e` or `%.*f`, exact; nan without a sign, as Python writes it.
  private static func append(
    _ value: Float, to text: inout [UInt8], scientific: Bool, precision: Int
  ) {
    if value.isNaN {
      text.append(contentsOf: "nan".utf8)
    } else if value.isInfinite {
      text.append(contentsOf: (value < 0 ? "-inf" : "inf").utf8)
    } else if scientific || !appendFixed(value, to: &text, precision: precision) {
      appendFormatted(value, to: &text, format: scientific ? "%.*e" : "%.*f", precision: precision)
    }
  }

  /// The decimal expansion by integer arithmetic, rounded half to even as printf does.
  ///
  /// - Returns: false, with nothing appended, where 64 bits do not hold the digits.
  private static func appendFixed(
    _ value: Float, to text: inout [UInt8], precision: Int
  ) -> Bool {
    guard precision <= 8, value.magnitude < 0x1p32 else { return false }
    if value.sign == .minus { text.append(UInt8(ascii: "-")) }
    var scale: UInt64 = 1
    for _ in 0..<precision { scale *= 10 }
    // value = significand · 2^-shift, so the digits wanted are significand · scale / 2^shift.
    let exponent = Int(value.exponentBitPattern)
    let significand =
      UInt64(value.significandBitPattern) | (exponent == 0 ? 0 : 1 << 23)
    let shift = 150 - max(exponent, 1)
    let scaled = significand * scale
    var digits: UInt64
    if shift <= 0 {
      digits = scaled << UInt64(-shift)
    } else if shift > 62 {
      digits = 0
    } else {
      digits = scaled >> UInt64(shift)
      let rest = scaled & ((1 << UInt64(shift)) - 1)
      let half: UInt64 = 1 << UInt64(shift - 1)
      if rest > half || (rest == half && digits & 1 == 1) { digits += 1 }
    }
    let start = text.count
    var written = 0
    repeat {
      text.append(UInt8(ascii: "0") + UInt8(digits % 10))
      digits /= 10
      written += 1
      if written == precision { text.append(UInt8(ascii: ".")) }
    } while digits > 0 || written <= precision
    text[start...].reverse()
    return true
  }

  private static func appendFormatted(
    _ value: Float, to text: inout [UInt8], format: String, precision: Int
  ) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64 + precision) { buffer in
      let length = withVaList([Int32(precision), Double(value)]) {
        vsnprintf(buffer.baseAddress, buffer.count, format, $0)
      }
      for index in 0..<Int(length) { text.append(UInt8(bitPattern: buffer[index])) }
    }
  }
}
