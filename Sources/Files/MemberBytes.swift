import CZlib
import Running

/// The bytes of an archive's member, or of a whole file: as they stand there, or inflated whenever
/// they are read.
struct MemberBytes: Sendable {
  /// How many they are.
  let count: Int
  private let stored: ByteSource
  private let isDeflated: Bool

  /// Bytes as they stand.
  init(_ source: ByteSource) { (stored, count, isDeflated) = (source, source.count, false) }

  /// Bytes that are deflated, without a wrapper.
  ///
  /// - Parameters:
  ///   - source: the deflated bytes.
  ///   - count: how many they are once inflated.
  init(deflated source: ByteSource, count: Int) {
    (stored, self.count, isDeflated) = (source, count, true)
  }

  /// Calls `body` with what reads them from the beginning on.
  ///
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`, and what `body` throws.
  func read<Result>(_ body: (inout ByteReader) throws -> Result) throws -> Result {
    var reader = try isDeflated ? ByteReader(Inflater(stored, .none)) : ByteReader(stored)
    return try body(&reader)
  }

  /// The first bytes in memory, all of them unless told otherwise.
  ///
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`.
  func loaded(first: Int? = nil) throws -> ByteSource {
    let wanted = min(count, first ?? count)
    guard isDeflated else { return try stored.part(at: 0, count: wanted).loaded() }
    return ByteSource(try read { try $0.array(wanted) })
  }

  /// Their CRC-32, as zip has it.
  ///
  /// - Throws: ``TensorFileError`` where they cannot be read or inflated, or where more is deflated;
  ///   `OutOfMemory`, `Cancelled`.
  func checksum() throws -> UInt32 {
    try read { reader in
      var checksum: UInt = 0
      try reader.forEachPiece(of: count, size: 1) { _, piece in
        checksum = crc32_z(
          checksum, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), piece.count)
      }
      try reader.finish()
      return UInt32(truncatingIfNeeded: checksum)
    }
  }
}

/// Reads bytes one after the other.
struct ByteReader {
  private enum Origin {
    case stored(ByteSource)
    case deflated(Inflater)
  }

  private let origin: Origin
  private var place = 0

  fileprivate init(_ source: ByteSource) { origin = .stored(source) }

  fileprivate init(_ inflater: Inflater) { origin = .deflated(inflater) }

  /// Writes the next so many bytes.
  ///
  /// - Throws: ``TensorFileError``, `Cancelled`.
  mutating func read(_ count: Int, into target: UnsafeMutableRawPointer) throws {
    switch origin {
    case .stored(let source): try source.copy(at: place, count: count, to: target)
    case .deflated(let inflater): try inflater.read(count, into: target)
    }
    place += count
  }

  /// The next so many bytes in memory.
  ///
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`.
  mutating func array(_ count: Int) throws -> [UInt8] {
    try Memory.array(count) { try read(count, into: $0) }
  }

  /// Lends the next so many elements piece after piece, with the place of each piece's first.
  ///
  /// - Parameters:
  ///   - count: how many elements.
  ///   - size: the bytes of an element, a power of two.
  ///   - body: is given the place of a piece's first element, and the piece.
  /// - Throws: ``TensorFileError``, `Cancelled`, and what `body` throws.
  @inline(__always)
  mutating func forEachPiece(
    of count: Int, size: Int, _ body: (Int, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard count > 0 else { return }
    let most = ByteSource.pieceSize / size
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(count, most) * size, alignment: 16)
    defer { buffer.deallocate() }
    guard let base = buffer.baseAddress else { return }
    var place = 0
    while place < count {
      try Cancellation.check()
      let length = min(most, count - place)
      try read(length * size, into: base)
      try body(place, UnsafeRawBufferPointer(start: base, count: length * size))
      place += length
    }
  }

  /// Passes over the next so many bytes.
  ///
  /// - Throws: ``TensorFileError``, `Cancelled`.
  mutating func skip(_ count: Int) throws {
    guard case .deflated = origin else { return place += count }
    try forEachPiece(of: count, size: 1) { _, _ in }
  }

  /// Sees that nothing follows.
  ///
  /// - Throws: ``TensorFileError`` where what is deflated goes on.
  func finish() throws(TensorFileError) {
    if case .deflated(let inflater) = origin { try inflater.finish() }
  }
}
