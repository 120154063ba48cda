import Running
import Tensors

/// What `safetensors.torch.save_file` writes.
public enum SafetensorsWriter {
  /// A `.safetensors` file, the same bytes as its library writes: wider types first, then by name.
  ///
  /// - Parameter tensors: tensors with names of their own.
  /// - Returns: its bytes.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public static func bytes(_ tensors: [(name: String, values: FileTensor.Values)]) throws -> [UInt8]
  {
    let sorted = tensors.sorted {
      let sizes = ($0.values.stored.size, $1.values.stored.size)
      return sizes.0 == sizes.1 ? $0.name < $1.name : sizes.0 > sizes.1
    }
    var entries: [String] = []
    var place = 0
    for tensor in sorted {
      let end = place + tensor.values.byteCount
      let sizes = tensor.values.shape.dimensions.map(String.init).joined(separator: ",")
      entries.append(
        "\(JSONText.quoted(tensor.name)):{\"dtype\":\"\(tensor.values.stored.safetensorsName)\","
          + "\"shape\":[\(sizes)],\"data_offsets\":[\(place),\(end)]}")
      place = end
    }
    var header = "{\(entries.joined(separator: ","))}"
    // The values begin at a multiple of 8.
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    try Memory.borrow(bytes: place)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.utf8.count + place)
    bytes.append(little: UInt64(header.utf8.count))
    bytes += header.utf8
    for tensor in sorted { try tensor.values.append(to: &bytes) }
    return bytes
  }
}

extension StoredType {
  fileprivate var safetensorsName: String {
    switch self {
    case .bool: "BOOL"
    case .int64: "I64"
    default: "F32"
    }
  }
}
