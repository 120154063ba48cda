import Running
import Tensors

/// A `.safetensors` file: a JSON header with the places of all tensors, then their bytes.
///
/// Source: the format's README and reader. The tensors fill the bytes without holes, overlaps or a
/// trailer.
enum Safetensors {
  /// The most bytes of a header, as the format has it.
  static let headerLimit = 100_000_000

  /// The most values in a header: a tensor takes about ten.
  static let valueLimit = 200_000

  /// Whether a file looks like one: a header that fits, and begins with a brace.
  static func begins(_ source: ByteSource) -> Bool {
    guard let length = try? source.size(at: 0), length <= source.count - 8 else { return false }
    return source.has([UInt8(ascii: "{")], at: 8)
  }

  /// Reads a file.
  ///
  /// - Returns: the tensors by name, in the order of their bytes.
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`.
  static func read(_ source: ByteSource) throws -> [(name: String, tensor: FileTensor)] {
    let length = source.count < 8 ? Int.max : try source.size(at: 0)
    guard length <= headerLimit, length <= source.count - 8 else {
      throw TensorFileError("is in none of the formats that are read, or ends too early")
    }
    guard
      case .object(let members) = try JSONReader.read(
        try source.part(at: 8, count: length).loaded(), limit: valueLimit)
    else { throw TensorFileError("has a header that is not an object") }
    let data = try source.part(from: 8 + length)
    var entries: [(name: String, start: Int, end: Int, layout: TensorLayout)] = []
    for (name, value) in members {
      try Cancellation.check()
      if name == "__metadata__" {
        try checkMetadata(value)
        continue
      }
      let (start, end, layout) = try entry(name, value)
      entries.append((name, start, end, layout))
    }
    // Empty tensors stand where others begin; names tell their order.
    entries.sort { ($0.start, $0.end, $0.name) < ($1.start, $1.end, $1.name) }
    var place = 0
    for entry in entries {
      guard entry.start == place else {
        throw TensorFileError(
          "has a hole or an overlap before the tensor '\(entry.name.prefix(80))'")
      }
      place = entry.end
    }
    guard place == data.count else {
      throw TensorFileError("has \(data.count) bytes of tensors, and its header describes \(place)")
    }
    return try entries.map { entry in
      let part = try data.part(at: entry.start, count: entry.end - entry.start)
      return (entry.name, try FileTensor(entry.layout, in: MemberBytes(part)))
    }
  }

  private static func checkMetadata(_ value: JSONValue) throws(TensorFileError) {
    guard case .object(let members) = value else {
      throw TensorFileError("has metadata that are not texts")
    }
    for case let value in members.values {
      guard case .string = value else { throw TensorFileError("has metadata that are not texts") }
    }
  }

  private static func entry(
    _ name: String, _ value: JSONValue
  ) throws(TensorFileError) -> (Int, Int, TensorLayout) {
    guard case .object(let members) = value, members.count == 3,
      case .string(let typeName)? = members["dtype"], case .array(let sizes)? = members["shape"],
      case .array(let offsets)? = members["data_offsets"], offsets.count == 2,
      case .integer(let start) = offsets[0], case .integer(let end) = offsets[1], start >= 0,
      end >= start
    else { throw TensorFileError("describes the tensor '\(name.prefix(80))' in another way") }
    guard let type = types[typeName] else {
      throw TensorFileError(
        "holds '\(name.prefix(80))' of type \(typeName.prefix(20)), which is not read")
    }
    var dimensions: [Int] = []
    for size in sizes {
      guard case .integer(let size) = size else {
        throw TensorFileError("describes the tensor '\(name.prefix(80))' in another way")
      }
      dimensions.append(size)
    }
    let shape: Shape
    do throws(ShapeError) {
      shape = try Shape(checking: dimensions)
    } catch {
      throw TensorFileError("holds '\(name.prefix(80))': \(error.message)")
    }
    guard shape.count * type.size == end - start else {
      throw TensorFileError(
        "gives '\(name.prefix(80))' \(end - start) bytes; its shape takes \(shape.count * type.size)"
      )
    }
    return (start, end, TensorLayout(type: type, shape: shape))
  }

  private static let types: [String: StoredType] = [
    "BOOL": .bool, "U8": .uint8, "I8": .int8, "U16": .uint16, "I16": .int16, "U32": .uint32,
    "I32": .int32, "U64": .uint64, "I64": .int64, "F16": .float16, "BF16": .bfloat16,
    "F32": .float32, "F64": .float64,
  ]
}
