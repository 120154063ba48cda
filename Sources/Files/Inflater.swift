import CZlib
import Running

/// Inflates a deflated part of a file piece after piece, so that neither side need be in memory.
///
/// Source: zlib's manual.
final class Inflater {
  /// What surrounds the deflated bytes.
  enum Wrapper: Int32 {
    /// Nothing, as in zip.
    case none = -15
    /// zlib's header and checksum, as in PNG.
    case zlib = 15
  }

  /// zlib keeps the address.
  private let stream: UnsafeMutablePointer<z_stream>
  private let input: UnsafeMutableRawBufferPointer
  private let source: ByteSource
  private var place = 0
  private var hasEnded = false

  /// Begins at the first of the deflated bytes.
  ///
  /// - Throws: `OutOfMemory`.
  init(_ source: ByteSource, _ wrapper: Wrapper) throws {
    self.source = source
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    input = .allocate(byteCount: max(1, min(source.count, 1 << 16)), alignment: 16)
    let status = inflateInit2_(
      stream, wrapper.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw OutOfMemory(bytes: 1 << 16, free: 0) }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  /// Writes the next so many bytes.
  ///
  /// - Throws: ``TensorFileError`` where the deflated bytes are damaged or end before, `Cancelled`.
  func read(_ count: Int, into target: UnsafeMutableRawPointer) throws {
    var done = 0
    while done < count {
      try Cancellation.check()
      let wanted = min(count - done, 1 << 20)
      stream.pointee.next_out = (target + done).assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(wanted)
      try advance()
      let written = wanted - Int(stream.pointee.avail_out)
      guard written > 0 || !hasEnded else { throw Self.damaged }
      done += written
    }
  }

  /// Sees that the deflated bytes end here, and nothing follows them.
  ///
  /// - Throws: ``TensorFileError``.
  func finish() throws(TensorFileError) {
    var surplus: UInt8 = 0
    try withUnsafeMutablePointer(to: &surplus) { target throws(TensorFileError) in
      while !hasEnded {
        stream.pointee.next_out = target
        stream.pointee.avail_out = 1
        try advance()
        guard stream.pointee.avail_out == 1 else { throw Self.damaged }
      }
    }
    guard stream.pointee.avail_in == 0, place == source.count else { throw Self.damaged }
  }

  /// One step: new input where none is left, and as much output as it gives.
  private func advance() throws(TensorFileError) {
    guard !hasEnded, let base = input.baseAddress else { throw Self.damaged }
    if stream.pointee.avail_in == 0 {
      let length = min(input.count, source.count - place)
      guard length > 0 else { throw Self.damaged }
      try source.copy(at: place, count: length, to: base)
      place += length
      stream.pointee.next_in = base.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = UInt32(length)
    }
    switch inflate(stream, Z_NO_FLUSH) {
    case Z_STREAM_END: hasEnded = true
    // Nothing to do is no mistake: there is more input or more room next time.
    case Z_OK, Z_BUF_ERROR: break
    default: throw Self.damaged
    }
  }

  private static var damaged: TensorFileError {
    TensorFileError("holds compressed bytes that are damaged")
  }
}
