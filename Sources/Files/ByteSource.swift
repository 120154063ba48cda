import Running

/// The bytes of a file or of a part of it: what every reader reads through.
///
/// Offsets count from the part's beginning, and each is checked before a byte is touched, so that no
/// reader can leave its part, whatever sizes a file names. The bytes of an open file stay in the file
/// until they are asked for; ``loaded()`` is for what is read in small steps.
public struct ByteSource: Sendable {
  private enum Store: Sendable {
    case memory([UInt8])
    case file(OpenFile)
  }

  /// The bytes that are in memory at once where they are read one after the other.
  static let pieceSize = 1 << 18

  private let store: Store
  private let range: Range<Int>

  /// All of some bytes.
  public init(_ bytes: [UInt8]) { (store, range) = (.memory(bytes), bytes.indices) }

  /// All of a regular file.
  ///
  /// - Parameter descriptor: the file, open for reading; it is closed when its last part is let go.
  /// - Throws: ``TensorFileError`` where the system does not say how large the file is.
  public init(opened descriptor: Int32) throws(TensorFileError) {
    let file = try OpenFile(descriptor)
    (store, range) = (.file(file), 0..<file.count)
  }

  private init(_ store: Store, _ range: Range<Int>) { (self.store, self.range) = (store, range) }

  /// The number of bytes.
  public var count: Int { range.count }

  /// A part of so many bytes.
  ///
  /// - Throws: ``TensorFileError`` where it does not lie within these.
  public func part(at offset: Int, count length: Int) throws(TensorFileError) -> ByteSource {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
      throw TensorFileError("ends too early: \(length) bytes at \(offset) are not there")
    }
    let start = range.lowerBound + offset
    return ByteSource(store, start..<start + length)
  }

  /// All from an offset on.
  ///
  /// - Throws: ``TensorFileError`` where the offset lies beyond the end.
  public func part(from offset: Int) throws(TensorFileError) -> ByteSource {
    try part(at: offset, count: max(0, count - offset))
  }

  /// Copies so many bytes.
  ///
  /// - Throws: ``TensorFileError`` where they do not lie within these or cannot be read.
  func copy(
    at offset: Int, count length: Int, to target: UnsafeMutableRawPointer
  ) throws(TensorFileError) {
    let part = try part(at: offset, count: length)
    switch store {
    case .file(let file): try file.copy(at: part.range.lowerBound, count: length, to: target)
    case .memory(let bytes):
      bytes.withUnsafeBytes { buffer in
        guard length > 0, let base = buffer.baseAddress else { return }
        target.copyMemory(from: base + part.range.lowerBound, byteCount: length)
      }
    }
  }

  /// A whole number at an offset, lowest byte first unless told otherwise.
  ///
  /// - Throws: ``TensorFileError`` where it does not lie within these bytes.
  public func number<Number: FixedWidthInteger>(
    _ type: Number.Type, at offset: Int, bigEndian: Bool = false
  ) throws(TensorFileError) -> Number {
    var stored: Number = 0
    try withUnsafeMutablePointer(to: &stored) { pointer throws(TensorFileError) in
      try copy(at: offset, count: MemoryLayout<Number>.size, to: pointer)
    }
    return bigEndian ? Number(bigEndian: stored) : Number(littleEndian: stored)
  }

  /// A size or an offset of 64 bits.
  ///
  /// - Throws: ``TensorFileError`` where it is not there or is more than any file has.
  func size(at offset: Int) throws(TensorFileError) -> Int {
    let stored = try number(UInt64.self, at: offset)
    guard let size = Int(exactly: stored) else {
      throw TensorFileError("names a size of \(stored) bytes")
    }
    return size
  }

  /// Whether the bytes at an offset are these.
  public func has(_ prefix: [UInt8], at offset: Int = 0) -> Bool {
    (try? part(at: offset, count: prefix.count).array()) == prefix
  }

  /// The bytes as UTF-8.
  ///
  /// - Throws: ``TensorFileError`` where they are not.
  public func text() throws(TensorFileError) -> String {
    guard let text = String(validating: try array(), as: UTF8.self) else {
      throw TensorFileError("holds a text that is not UTF-8")
    }
    return text
  }

  /// A copy of the bytes; ``loaded()`` is for many.
  ///
  /// - Throws: ``TensorFileError`` where they cannot be read.
  public func array() throws(TensorFileError) -> [UInt8] {
    if case .memory(let bytes) = store, range == bytes.indices { return bytes }
    var failure: TensorFileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      do throws(TensorFileError) {
        try copy(at: 0, count: count, to: base)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The same bytes in memory.
  ///
  /// - Throws: ``TensorFileError`` where they cannot be read, `OutOfMemory`, `Cancelled`.
  func loaded() throws -> ByteSource {
    if case .memory = store { return self }
    return ByteSource(
      try Memory.array(count) { (target: UnsafeMutablePointer<UInt8>) in
        try copy(at: 0, count: count, to: target)
      })
  }

  /// The place of a byte sequence nearest the end, at or after `first`; nil where there is none.
  ///
  /// - Throws: ``TensorFileError`` where the bytes cannot be read.
  func lastPlace(of sequence: [UInt8], from first: Int) throws(TensorFileError) -> Int? {
    let first = max(0, first)
    guard first <= count else { return nil }
    let bytes = try part(from: first).array()
    var place = bytes.count - sequence.count
    while place >= 0 {
      if bytes[place...].starts(with: sequence) { return first + place }
      place -= 1
    }
    return nil
  }

  /// The bytes' CRC-32, as zip has it.
  ///
  /// - Throws: ``TensorFileError`` where they cannot be read, `Cancelled`.
  public func checksum() throws -> UInt32 {
    try MemberBytes(self).checksum()
  }
}
