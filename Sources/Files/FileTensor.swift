import Running
import Tensors

/// A tensor in a file: its values are read when they are asked for, bool as they are, whole numbers as
/// int64, all floats as float32.
public struct FileTensor: Sendable {
  /// The values in one of the three types of the language.
  public enum Values: Sendable {
    case float32(Tensor)
    case int64(IntegerTensor)
    case bool(BooleanTensor)
  }

  private enum Content: Sendable {
    case made(Values)
    case stored(TensorLayout, MemberBytes)
  }

  /// The sizes.
  public let shape: Shape
  /// The type in the file.
  public let stored: StoredType
  private let content: Content

  /// Values that a reader has made of a file, none of them changed.
  init(_ values: Values, stored: StoredType) {
    (shape, self.stored, content) = (values.shape, stored, .made(values))
  }

  /// Values that stay in a file.
  ///
  /// - Throws: ``TensorFileError`` where they do not lie within the bytes.
  init(_ layout: TensorLayout, in bytes: MemberBytes) throws(TensorFileError) {
    guard layout.start <= bytes.count,
      try layout.reach() <= (bytes.count - layout.start) / layout.type.size
    else {
      throw TensorFileError(
        "holds a tensor of shape \(layout.shape) beyond its \(bytes.count) bytes")
    }
    (shape, stored, content) = (layout.shape, layout.type, .stored(layout, bytes))
  }

  /// The values.
  ///
  /// - Throws: ``TensorFileError`` where they cannot be read, `OutOfMemory`, `Cancelled`.
  public func values() throws -> Values {
    switch content {
    case .made(let values): values
    case .stored(let layout, let bytes): try layout.values(bytes)
    }
  }

  /// How many values float32 or int64 does not represent exactly.
  ///
  /// - Throws: ``TensorFileError`` where they cannot be read, `OutOfMemory`, `Cancelled`.
  public func changedCount() throws -> Int {
    guard case .stored(let layout, let bytes) = content else { return 0 }
    return try layout.changedCount(bytes)
  }
}
