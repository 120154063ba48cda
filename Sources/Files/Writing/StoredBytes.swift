import Running
import Tensors

// The values of a tensor as files store them.
extension FileTensor.Values {
  /// The sizes.
  public var shape: Shape {
    switch self {
    case .float32(let tensor): tensor.shape
    case .int64(let tensor): tensor.shape
    case .bool(let tensor): tensor.shape
    }
  }

  /// The type in which the values are written: their own.
  public var stored: StoredType {
    switch self {
    case .float32: .float32
    case .int64: .int64
    case .bool: .bool
    }
  }

  /// How many bytes the values take.
  var byteCount: Int { shape.count * stored.size }

  /// Appends the values, in row-major order and with the lowest byte first.
  ///
  /// - Throws: `Cancelled`.
  func append(to bytes: inout [UInt8]) throws {
    switch self {
    case .float32(let tensor):
      try Self.append(shape.count, to: &bytes) { tensor.elements[$0].bitPattern }
    case .int64(let tensor): try Self.append(shape.count, to: &bytes) { tensor.elements[$0] }
    case .bool(let tensor):
      try Self.append(shape.count, to: &bytes) { tensor.elements[$0] ? 1 as UInt8 : 0 }
    }
  }

  private static func append<Number: FixedWidthInteger>(
    _ count: Int, to bytes: inout [UInt8], _ number: (Int) -> Number
  ) throws {
    try Cancellation.forEachPiece(of: count) { piece in
      for index in piece {
        withUnsafeBytes(of: number(index).littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
  }
}

extension [UInt8] {
  /// Appends a whole number with its lowest byte first.
  mutating func append(little number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
