/// The bytes of a file or of a part of it: what every reader reads through.
///
/// Offsets count from the part's beginning, and each is checked before a byte is touched, so that no
/// reader can leave its part, whatever sizes a file names.
public struct ByteSource: Sendable {
  private let bytes: ArraySlice<UInt8>

  /// All of some bytes.
  public init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

  private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// The number of bytes.
  public var count: Int { bytes.count }

  /// A part of so many bytes.
  ///
  /// - Throws: ``TensorFileError`` where it does not lie within these.
  public func part(at offset: Int, count length: Int) throws(TensorFileError) -> ByteSource {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
      throw TensorFileError("ends too early: \(length) bytes at \(offset) are not there")
    }
    let start = bytes.startIndex + offset
    return ByteSource(bytes[start..<start + length])
  }

  /// All from an offset on.
  ///
  /// - Throws: ``TensorFileError`` where the offset lies beyond the end.
  public func part(from offset: Int) throws(TensorFileError) -> ByteSource {
    try part(at: offset, count: max(0, count - offset))
  }

  /// A whole number at an offset, lowest byte first unless told otherwise.
  ///
  /// - Throws: ``TensorFileError`` where it does not lie within these bytes.
  public func number<Number: FixedWidthInteger>(
    _ type: Number.Type, at offset: Int, bigEndian: Bool = false
  ) throws(TensorFileError) -> Number {
    let part = try part(at: offset, count: MemoryLayout<Number>.size)
    let stored = part.withBytes { $0.loadUnaligned(as: Number.self) }
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
    guard let part = try? part(at: offset, count: prefix.count) else { return false }
    return part.bytes.elementsEqual(prefix)
  }

  /// The bytes as UTF-8.
  ///
  /// - Throws: ``TensorFileError`` where they are not.
  public func text() throws(TensorFileError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw TensorFileError("holds a text that is not UTF-8")
    }
    return text
  }

  /// A copy of the bytes.
  public var array: [UInt8] { Array(bytes) }

  /// The place of a byte sequence nearest the end, at or after `first`; nil where there is none.
  func lastPlace(of sequence: [UInt8], from first: Int) -> Int? {
    guard count >= sequence.count else { return nil }
    var place = count - sequence.count
    while place >= max(0, first) {
      if has(sequence, at: place) { return place }
      place -= 1
    }
    return nil
  }

  /// Lends the bytes.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // The standard library's own method throws only what its body throws.
    var outcome: Swift.Result<Result, Failure>?
    bytes.withUnsafeBytes { buffer in
      do throws(Failure) {
        outcome = .success(try body(buffer))
      } catch {
        outcome = .failure(error)
      }
    }
    guard let outcome else { preconditionFailure("the bytes were not lent") }
    return try outcome.get()
  }
}
