import Running
import Tensors

/// Where a tensor's elements lie in some bytes, and what they become.
struct TensorLayout: Sendable {
  /// Their type.
  let type: StoredType
  /// The bytes before them.
  var start = 0
  /// Whether the highest byte comes first.
  var bigEndian = false
  /// The sizes.
  let shape: Shape
  /// For each dimension the elements from one index to the next; nil for row-major order.
  var strides: [Int]?
  /// The elements of the storage before the first.
  var offset = 0

  /// Row-major strides of some sizes.
  static func rowMajor(_ sizes: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: sizes.count)
    for dimension in sizes.indices.dropLast().reversed() {
      strides[dimension] = strides[dimension + 1] &* max(1, sizes[dimension + 1])
    }
    return strides
  }

  /// The elements that the tensor reaches, counted from the storage's beginning.
  ///
  /// - Throws: ``TensorFileError`` where a stride is negative or the count is more than any file has.
  func reach() throws(TensorFileError) -> Int {
    guard shape.count > 0 else { return 0 }
    var last = offset
    var overflows = offset < 0
    for (size, stride) in zip(shape.dimensions, strides ?? Self.rowMajor(shape.dimensions)) {
      guard stride >= 0 else { throw TensorFileError("holds a tensor with a negative stride") }
      let (step, first) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, second) = last.addingReportingOverflow(step)
      overflows = overflows || first || second || sum == .max
      last = sum
    }
    guard !overflows else { throw TensorFileError("holds a tensor beyond its storage") }
    return last + 1
  }

  /// The tensor, converted to a type of the language; the caller has compared ``reach()`` with the
  /// number of bytes.
  ///
  /// - Throws: ``TensorFileError`` where they cannot be read, `OutOfMemory`, `Cancelled`.
  func values(_ bytes: MemberBytes) throws -> FileTensor.Values {
    switch type {
    case .bool:
      .bool(BooleanTensor(try elements(UInt8.self, bytes) { $0 != 0 }, shape: shape))
    case .uint8: try integers(UInt8.self, bytes)
    case .int8: try integers(Int8.self, bytes)
    case .uint16: try integers(UInt16.self, bytes)
    case .int16: try integers(Int16.self, bytes)
    case .uint32: try integers(UInt32.self, bytes)
    case .int32: try integers(Int32.self, bytes)
    case .uint64: try integers(UInt64.self, bytes)
    case .int64: try integers(Int64.self, bytes)
    case .float16: try floats(UInt16.self, bytes) { Self.half($0) }
    case .bfloat16: try floats(UInt16.self, bytes) { Float(bitPattern: UInt32($0) << 16) }
    case .float32: try floats(UInt32.self, bytes) { Float(bitPattern: $0) }
    case .float64: try floats(UInt64.self, bytes) { Float(Double(bitPattern: $0)) }
    }
  }

  /// How many elements float32 or int64 does not represent exactly.
  ///
  /// - Throws: as ``values(_:)``.
  func changedCount(_ bytes: MemberBytes) throws -> Int {
    var changed = 0
    switch type {
    case .float64:
      try forEachElement(UInt64.self, of: bytes) { _, bits in
        let double = Double(bitPattern: bits)
        if Double(Float(double)) != double, !double.isNaN { changed += 1 }
      }
    case .uint64:
      try forEachElement(UInt64.self, of: bytes) { _, bits in
        if bits > UInt64(Int64.max) { changed += 1 }
      }
    default: break
    }
    return changed
  }

  private func floats<Bits: FixedWidthInteger>(
    _ bits: Bits.Type, _ bytes: MemberBytes, _ convert: (Bits) -> Float
  ) throws -> FileTensor.Values {
    .float32(Tensor(try elements(bits, bytes, convert), shape: shape))
  }

  private func integers<Bits: FixedWidthInteger>(
    _ bits: Bits.Type, _ bytes: MemberBytes
  ) throws -> FileTensor.Values {
    .int64(IntegerTensor(try elements(bits, bytes) { Int64(truncatingIfNeeded: $0) }, shape: shape))
  }

  private func elements<Bits: FixedWidthInteger, Element>(
    _ bits: Bits.Type, _ bytes: MemberBytes, _ convert: (Bits) -> Element
  ) throws -> [Element] {
    try Memory.array(shape.count) { target in
      try forEachElement(bits, of: bytes) { (target + $0).initialize(to: convert($1)) }
    }
  }

  /// Calls `body` with the place of each element, in row-major order, and its bits.
  @inline(__always)
  private func forEachElement<Bits: FixedWidthInteger>(
    _ bits: Bits.Type, of bytes: MemberBytes, _ body: (Int, Bits) -> Void
  ) throws {
    let size = MemoryLayout<Bits>.size
    func element(_ pieces: UnsafeRawBufferPointer, _ place: Int) -> Bits {
      let stored = pieces.loadUnaligned(fromByteOffset: place * size, as: Bits.self)
      return bigEndian ? Bits(bigEndian: stored) : Bits(littleEndian: stored)
    }
    guard shape.count > 0 else { return }
    let (sizes, rowMajor) = (shape.dimensions, Self.rowMajor(shape.dimensions))
    try bytes.read { reader in
      try reader.skip(start + offset * size)
      guard let strides, strides != rowMajor else {
        return try reader.forEachPiece(of: shape.count, size: size) { first, piece in
          for place in 0..<piece.count / size { body(first + place, element(piece, place)) }
        }
      }
      let stored = try reader.array((try reach() - offset) * size)
      try stored.withUnsafeBytes { stored in
        try Cancellation.forEachPiece(of: shape.count, work: 8) { piece in
          for index in piece {
            var place = 0
            for dimension in sizes.indices {
              place += index / rowMajor[dimension] % sizes[dimension] * strides[dimension]
            }
            body(index, element(stored, place))
          }
        }
      }
    }
  }

  /// A number of IEEE 754's binary16; float32 represents each exactly.
  static func half(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1f)
    let fraction = UInt32(bits & 0x3ff)
    switch exponent {
    case 0:
      let magnitude = Float(fraction) * 0x1p-24
      return Float(bitPattern: magnitude.bitPattern | sign)
    case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }
}
