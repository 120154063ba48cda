import Running
import Tensors

/// A PGM image of netpbm's, plain (P2) or raw (P5): `[1, height, width]`, numbers from 0 to its own
/// largest.
enum GreyMap {
  static let magics: [[UInt8]] = [Array("P2".utf8), Array("P5".utf8)]

  /// Reads the image.
  ///
  /// - Parameters:
  ///   - source: the file.
  ///   - limit: the bytes that the pixels may take.
  /// - Returns: the pixels.
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`.
  static func read(_ source: ByteSource, limit: Int) throws -> FileTensor {
    var place = 2
    let (width, height, largest) = (
      try number(source, &place), try number(source, &place), try number(source, &place)
    )
    guard width > 0, height > 0, width < 1 << 24, height < 1 << 24, (1...65535).contains(largest)
    else { throw TensorFileError("is a PGM image with a damaged header") }
    let size = largest < 256 ? 1 : 2
    guard width * height * size <= limit else {
      throw TensorFileError(
        "is a PGM image of", wanting: width * height * size, over: limit)
    }
    let isRaw = source.has(magics[1])
    // One blank ends the header.
    if isRaw { place += 1 }
    guard source.count - place >= (isRaw ? width * height * size : width * height) else {
      throw TensorFileError("is a PGM image that ends too early")
    }
    try Memory.borrow(bytes: 8 * width * height)
    var values: [Int64] = []
    values.reserveCapacity(width * height)
    for index in 0..<width * height {
      if index.isMultiple(of: 4096) { try Cancellation.check() }
      let value =
        !isRaw
        ? try number(source, &place)
        : size == 1
          ? Int(try source.number(UInt8.self, at: place + index))
          : Int(try source.number(UInt16.self, at: place + 2 * index, bigEndian: true))
      guard value <= largest else {
        throw TensorFileError("is a PGM image with a number above its largest, \(largest)")
      }
      values.append(Int64(value))
    }
    let shape: Shape = [1, height, width]
    return FileTensor(
      .int64(IntegerTensor(values, shape: shape)), stored: size == 1 ? .uint8 : .uint16)
  }

  /// The next whole number after blanks and comments.
  private static func number(_ source: ByteSource, _ place: inout Int) throws -> Int {
    var isComment = false
    while place < source.count {
      let byte = try source.number(UInt8.self, at: place)
      if byte == UInt8(ascii: "#") { isComment = true }
      if !isComment, byte > 0x20 { break }
      if byte == 0x0a { isComment = false }
      place += 1
    }
    var value = 0
    var digits = 0
    while place < source.count {
      let byte = try source.number(UInt8.self, at: place)
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits < 9 else { break }
      value = 10 * value + Int(byte - UInt8(ascii: "0"))
      digits += 1
      place += 1
    }
    guard digits > 0 else { throw TensorFileError("is a PGM image with a damaged number") }
    return value
  }
}
