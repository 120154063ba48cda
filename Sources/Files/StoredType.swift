import Tensors

/// A type of elements as files store them.
public enum StoredType: String, Sendable, CaseIterable {
  case bool, uint8, int8, uint16, int16, uint32, int32, uint64, int64
  case float16, bfloat16, float32, float64

  /// The type of the language that its values become.
  public var dataType: DataType {
    switch self {
    case .bool: .bool
    case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: .int64
    case .float16, .bfloat16, .float32, .float64: .float32
    }
  }

  /// The bytes of an element.
  public var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }
}
