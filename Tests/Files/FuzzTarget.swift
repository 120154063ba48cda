@testable import Files

/// What a reader is given by the fuzzer (`Tests/Fuzz`), and in a test by the cases that it kept.
///
/// Checksums would turn every changed byte away at the door: where a format has them, the bytes are
/// given theirs first, so that what lies within is reached.
enum FuzzTarget: String, CaseIterable {
  /// Any file, as it is.
  case file
  case npy, safetensors, csv, pgm, json
  /// An array in an archive.
  case npz
  /// An archive and all of its members.
  case zip
  /// A pickle in an archive of PyTorch's, with storages of the sizes that it names.
  case pickle
  /// An image whose parts have the right checksums.
  case png
  /// The size, the kind and the rows of an image, compressed.
  case rows

  /// The bytes that may be unpacked.
  static let limit = 1 << 20

  /// Gives the reader the bytes.
  ///
  /// - Throws: ``TensorFileError`` where they are refused. Anything else that is thrown, a trap
  ///   and a tensor whose size is not its shape's are defects.
  func read(_ bytes: [UInt8]) throws {
    let source = ByteSource(bytes)
    switch self {
    case .file: try check(TensorFile(source, limit: Self.limit).entries.map(\.tensor))
    case .npy: try check([NumpyArray.read(MemberBytes(source))])
    case .safetensors: try check(Safetensors.read(source).map(\.tensor))
    case .csv: try check([NumberTable.read(source)])
    case .pgm: try check([GreyMap.read(source, limit: Self.limit)])
    case .json: _ = try JSONReader.read(source)
    case .npz: try Self.file.read(ZipWriter.archive([("a.npy", bytes)]))
    case .zip:
      let archive = try ZipArchive(source, limit: Self.limit)
      for member in archive.members {
        let whole = try archive.read(member).loaded()
        precondition(whole.count == member.size)
      }
    case .pickle: try Self.file.read(Self.archive(around: bytes))
    case .png: try check([PNGImage.read(ByteSource(Self.repaired(bytes)), limit: Self.limit)])
    case .rows: try check([PNGImage.read(ByteSource(Self.image(bytes)), limit: Self.limit)])
    }
  }

  private func check(_ tensors: [FileTensor]) throws {
    for tensor in tensors {
      let count =
        switch try tensor.values() {
        case .float32(let tensor): tensor.elements.count
        case .int64(let tensor): tensor.elements.count
        case .bool(let tensor): tensor.elements.count
        }
      let changed = try tensor.changedCount()
      precondition(count == tensor.shape.count && changed <= count)
    }
  }

  /// What `torch.save` would have made of a pickle.
  private static func archive(around pickle: [UInt8]) throws -> [UInt8] {
    var members: [(name: String, bytes: [UInt8])] = [("a/data.pkl", pickle)]
    for storage in try Unpickler.read(ByteSource(pickle)).heap.storages.prefix(100)
    where !members.contains(where: { $0.name == "a/data/\(storage.key)" }) {
      let count = min(storage.count, 512) * storage.type.size
      members.append(("a/data/\(storage.key)", (0..<count).map { UInt8(truncatingIfNeeded: $0) }))
    }
    return try ZipWriter.archive(members)
  }

  /// The parts of an image with their checksums put right.
  private static func repaired(_ image: [UInt8]) throws -> [UInt8] {
    var image = image
    var place = PNGImage.magic.count
    while place + 12 <= image.count {
      let count = image[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = place + 8 + count
      guard end + 4 <= image.count else { break }
      image.replaceSubrange(end..<end + 4, with: try checksum(of: image[place + 4..<end]))
      place = end + 4
    }
    return image
  }

  /// An image of rows: width, height, kind of colour, colours of a palette, and all that follows.
  private static func image(_ bytes: [UInt8]) throws -> [UInt8] {
    let head = Array((bytes + [0, 0, 0, 0]).prefix(4))
    let header = [0, 0, 0, head[0], 0, 0, 0, head[1], 8, head[2], 0, 0, 0]
    let palette = [UInt8](repeating: 7, count: 3 * Int(head[3]))
    return try PNGImage.magic + part("IHDR", header) + part("PLTE", palette)
      + part("IDAT", zlib(Array(bytes.dropFirst(4).prefix(0xffff)))) + part("IEND", [])
  }

  private static func part(_ name: String, _ content: [UInt8]) throws -> [UInt8] {
    let count = withUnsafeBytes(of: UInt32(content.count).bigEndian, Array.init)
    return try count + name.utf8 + content + checksum(of: ArraySlice(name.utf8 + content))
  }

  private static func checksum(of bytes: ArraySlice<UInt8>) throws -> [UInt8] {
    withUnsafeBytes(of: try ByteSource(Array(bytes)).checksum().bigEndian, Array.init)
  }

  /// A stream of zlib's (RFC 1950) with one block that is stored.
  private static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var (low, high) = (UInt32(1), UInt32(0))
    for byte in bytes {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    let count = UInt16(bytes.count)
    return [0x78, 1, 1] + withUnsafeBytes(of: count.littleEndian, Array.init)
      + withUnsafeBytes(of: (~count).littleEndian, Array.init) + bytes
      + withUnsafeBytes(of: (high << 16 | low).bigEndian, Array.init)
  }
}
