import Running
import Tensors

/// A PNG image of 8 bits a channel (ISO/IEC 15948), as `torchvision.io.decode_image` gives it: channels
/// first, numbers from 0 to 255.
enum PNGImage {
  static let magic: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  private static let conversion =
    "Python: Image.open(\"FILE\").convert(\"RGB\").save(\"plain.png\")"

  /// What the first chunk says.
  private struct Header {
    let width: Int
    let height: Int
    /// Bytes of a pixel in the file.
    let channels: Int
    let hasPalette: Bool
  }

  /// Reads the image.
  ///
  /// - Parameters:
  ///   - source: the file.
  ///   - limit: the bytes that the pixels may take.
  /// - Returns: the pixels.
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`.
  static func read(_ source: ByteSource, limit: Int) throws -> FileTensor {
    var header: Header?
    var palette: [UInt8] = []
    var hasTransparency = false
    var compressed: [UInt8] = []
    var place = magic.count
    reading: while true {
      try Cancellation.check()
      let count = Int(try source.number(UInt32.self, at: place, bigEndian: true))
      let name = try source.part(at: place + 4, count: 4).text()
      let content = try source.part(at: place + 8, count: count)
      let checksum = try source.number(UInt32.self, at: place + 8 + count, bigEndian: true)
      guard try source.part(at: place + 4, count: 4 + count).checksum() == checksum else {
        throw TensorFileError("is a PNG image with a damaged part '\(name.prefix(4))'")
      }
      place += 12 + count
      switch name {
      case "IHDR": header = try self.header(content)
      case "PLTE": palette = try content.array()
      case "tRNS": hasTransparency = true
      case "IDAT":
        try Memory.borrow(bytes: content.count)
        // There is no more to come than the file has.
        if compressed.isEmpty { compressed.reserveCapacity(source.count - place + count) }
        compressed += try content.array()
      case "IEND": break reading
      // What begins with a capital must be understood.
      default:
        guard name.first?.isLowercase == true else {
          throw TensorFileError("is a PNG image with an unknown part '\(name.prefix(4))'")
        }
      }
    }
    guard let header else { throw TensorFileError("is a PNG image without a header") }
    guard !header.hasPalette || palette.count >= 3 else {
      throw TensorFileError("is a PNG image without its palette")
    }
    guard !hasTransparency else {
      throw TensorFileError("is a PNG image with a transparent colour", remedy: conversion)
    }
    let line = header.width * header.channels + 1
    guard line * header.height <= limit else {
      throw TensorFileError("is a PNG image of", wanting: line * header.height, over: limit)
    }
    let inflater = try Inflater(ByteSource(compressed), .zlib)
    let lines = try Memory.array(line * header.height) {
      (target: UnsafeMutablePointer<UInt8>) in
      try inflater.read(line * header.height, into: target)
    }
    try inflater.finish()
    return try tensor(try unfiltered(lines, header), header, palette)
  }

  private static func header(_ content: ByteSource) throws -> Header {
    guard content.count == 13 else { throw TensorFileError("is a PNG image with a damaged header") }
    let width = Int(try content.number(UInt32.self, at: 0, bigEndian: true))
    let height = Int(try content.number(UInt32.self, at: 4, bigEndian: true))
    let (depth, colour, interlace) = (
      try content.number(UInt8.self, at: 8), try content.number(UInt8.self, at: 9),
      try content.number(UInt8.self, at: 12)
    )
    guard width > 0, height > 0, width < 1 << 24, height < 1 << 24 else {
      throw TensorFileError("is a PNG image with a damaged header")
    }
    guard depth == 8, interlace == 0 else {
      throw TensorFileError(
        depth == 8 ? "is an interlaced PNG image" : "is a PNG image of \(depth) bits a channel",
        remedy: conversion)
    }
    guard let channels = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colour] else {
      throw TensorFileError("is a PNG image with a damaged header")
    }
    return Header(width: width, height: height, channels: channels, hasPalette: colour == 3)
  }

  /// The rows without the filters that made them smaller: each byte is given as a difference from its
  /// neighbours.
  private static func unfiltered(_ bytes: [UInt8], _ header: Header) throws -> [UInt8] {
    let (step, length) = (header.channels, header.width * header.channels)
    var rows = [UInt8](repeating: 0, count: length * header.height)
    for y in 0..<header.height {
      try Cancellation.check()
      let start = y * (length + 1)
      let filter = bytes[start]
      guard filter <= 4 else { throw TensorFileError("is a PNG image with a damaged row") }
      for x in 0..<length {
        let left = x >= step ? rows[y * length + x - step] : 0
        let above = y > 0 ? rows[(y - 1) * length + x] : 0
        let corner = x >= step && y > 0 ? rows[(y - 1) * length + x - step] : 0
        let guess: UInt8 =
          switch filter {
          case 0: 0
          case 1: left
          case 2: above
          case 3: UInt8((Int(left) + Int(above)) / 2)
          default: nearest(Int(left), Int(above), Int(corner))
          }
        rows[y * length + x] = bytes[start + 1 + x] &+ guess
      }
    }
    return rows
  }

  /// Paeth's guess: which of three neighbours is nearest to left + above - corner.
  private static func nearest(_ left: Int, _ above: Int, _ corner: Int) -> UInt8 {
    let guess = left + above - corner
    let distances = (abs(guess - left), abs(guess - above), abs(guess - corner))
    if distances.0 <= distances.1, distances.0 <= distances.2 { return UInt8(left) }
    return UInt8(distances.1 <= distances.2 ? above : corner)
  }

  private static func tensor(
    _ rows: [UInt8], _ header: Header, _ palette: [UInt8]
  ) throws -> FileTensor {
    let channels = header.hasPalette ? 3 : header.channels
    let pixels = header.width * header.height
    try Memory.borrow(bytes: 8 * channels * pixels)
    var values = [Int64](repeating: 0, count: channels * pixels)
    for pixel in 0..<pixels {
      for channel in 0..<channels {
        var place = pixel * header.channels + channel
        if header.hasPalette {
          place = Int(rows[pixel]) * 3 + channel
          guard place < palette.count else {
            throw TensorFileError("is a PNG image with a colour that its palette has not")
          }
        }
        values[channel * pixels + pixel] = Int64(header.hasPalette ? palette[place] : rows[place])
      }
    }
    let shape: Shape = [channels, header.height, header.width]
    return FileTensor(.int64(IntegerTensor(values, shape: shape)), stored: .uint8)
  }
}
