import Running
import Tensors

/// What `numpy.save` and `numpy.savez` write.
public enum NumpyWriter {
  /// A `.npy` file, format 1.0, the same bytes as `numpy.save` writes.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public static func npy(_ values: FileTensor.Values) throws -> [UInt8] {
    let type =
      switch values.stored {
      case .bool: "|b1"
      case .int64: "<i8"
      default: "<f4"
      }
    let sizes = values.shape.dimensions.map(String.init).joined(separator: ", ")
    let comma = values.shape.rank == 1 ? "," : ""
    var header =
      "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)\(comma)), }"
    // The values begin at a multiple of 64, and the header ends with a line feed.
    let used = NumpyArray.magic.count + 4 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - used % 64) % 64) + "\n"
    try Memory.borrow(bytes: values.byteCount)
    var bytes = NumpyArray.magic + [1, 0]
    bytes.reserveCapacity(values.byteCount + 256)
    bytes.append(little: UInt16(header.utf8.count))
    bytes += header.utf8
    try values.append(to: &bytes)
    return bytes
  }

  /// A `.npz` archive: a `.npy` member for each array, not compressed, as `numpy.savez` writes them.
  ///
  /// - Throws: ``TensorFileError`` for more than 4 GiB, `OutOfMemory`, `Cancelled`.
  public static func npz(_ arrays: [(name: String, values: FileTensor.Values)]) throws -> [UInt8] {
    try ZipWriter.archive(
      try arrays.map { ("\($0.name).npy", try npy($0.values)) })
  }
}
