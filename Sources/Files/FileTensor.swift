import Running
import Tensors

/// A tensor that was read from a file: bool, whole numbers as int64, all floats as float32.
public struct FileTensor: Sendable {
  /// The values in one of the three types of the language.
  public enum Values: Sendable {
    case float32(Tensor)
    case int64(IntegerTensor)
    case bool(BooleanTensor)
  }

  /// The values.
  public let values: Values
  /// The type in the file.
  public let stored: StoredType
  /// How many values float32 or int64 does not represent exactly.
  public let changed: Int

  /// The sizes.
  public var shape: Shape {
    switch values {
    case .float32(let tensor): tensor.shape
    case .int64(let tensor): tensor.shape
    case .bool(let tensor): tensor.shape
    }
  }
}

/// Where a tensor's elements lie in some bytes.
struct TensorLayout {
  /// Their type.
  let type: StoredType
  /// Whether the highest byte comes first.
  var bigEndian = false
  /// The sizes.
  let shape: Shape
  /// For each dimension the elements from one index to the next; nil for row-major order.
  var strides: [Int]?
  /// The elements before the first.
  var offset = 0

  /// Row-major strides of some sizes.
  static func rowMajor(_ sizes: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: sizes.count)
    for dimension in sizes.indices.dropLast().reversed() {
      strides[dimension] = strides[dimension + 1] &* max(1, sizes[dimension + 1])
    }
    return strides
  }

  /// The elements that the tensor reaches, counted from the source's beginning.
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

  /// Reads the tensor, converted to a type of the language.
  ///
  /// - Throws: ``TensorFileError`` where it does not lie within the bytes, `OutOfMemory`, `Cancelled`.
  func read(_ source: ByteSource) throws -> FileTensor {
    guard try reach() <= source.count / type.size else {
      throw TensorFileError("holds a tensor of shape \(shape) beyond its \(source.count) bytes")
    }
    var changed = 0
    let values: FileTensor.Values =
      switch type {
      case .bool: .bool(BooleanTensor(try elements(UInt8.self, source) { $0 != 0 }, shape: shape))
      case .uint8: try integers(UInt8.self, source)
      case .int8: try integers(Int8.self, source)
      case .uint16: try integers(UInt16.self, source)
      case .int16: try integers(Int16.self, source)
      case .uint32: try integers(UInt32.self, source)
      case .int32: try integers(Int32.self, source)
      case .int64: try integers(Int64.self, source)
      case .uint64:
        .int64(
          IntegerTensor(
            try elements(UInt64.self, source) {
              if $0 > UInt64(Int64.max) { changed += 1 }
              return Int64(truncatingIfNeeded: $0)
            }, shape: shape))
      case .float16: try floats(UInt16.self, source) { Self.half($0) }
      case .bfloat16: try floats(UInt16.self, source) { Float(bitPattern: UInt32($0) << 16) }
      case .float32: try floats(UInt32.self, source) { Float(bitPattern: $0) }
      case .float64:
        try floats(UInt64.self, source) {
          let double = Double(bitPattern: $0)
          let float = Float(double)
          if Double(float) != double, !double.isNaN { changed += 1 }
          return float
        }
      }
    return FileTensor(values: values, stored: type, changed: changed)
  }

  private func floats<Bits: FixedWidthInteger>(
    _ bits: Bits.Type, _ source: ByteSource, _ convert: (Bits) -> Float
  ) throws -> FileTensor.Values {
    .float32(Tensor(try elements(bits, source, convert), shape: shape))
  }

  private func integers<Bits: FixedWidthInteger>(
    _ bits: Bits.Type, _ source: ByteSource
  ) throws -> FileTensor.Values {
    .int64(
      IntegerTensor(try elements(bits, source) { Int64(truncatingIfNeeded: $0) }, shape: shape))
  }

  /// The elements in row-major order. ``reach()`` was compared with the source's size.
  private func elements<Bits: FixedWidthInteger, Element>(
    _ bits: Bits.Type, _ source: ByteSource, _ convert: (Bits) -> Element
  ) throws -> [Element] {
    let sizes = shape.dimensions
    let rowMajor = Self.rowMajor(sizes)
    let strides = self.strides.flatMap { $0 == rowMajor ? nil : $0 }
    return try Memory.array(shape.count) { target in
      try source.withBytes { bytes in
        try Cancellation.forEachPiece(of: shape.count, work: strides == nil ? 1 : 8) { piece in
          for index in piece {
            var place = offset
            if let strides {
              for dimension in sizes.indices {
                place += index / rowMajor[dimension] % sizes[dimension] * strides[dimension]
              }
            } else {
              place += index
            }
            let stored = bytes.loadUnaligned(
              fromByteOffset: place * MemoryLayout<Bits>.size, as: Bits.self)
            (target + index).initialize(
              to: convert(bigEndian ? Bits(bigEndian: stored) : Bits(littleEndian: stored)))
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
