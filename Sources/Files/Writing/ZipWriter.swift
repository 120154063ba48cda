import CZlib
import Running

/// Zip archives of members that are stored as they are.
enum ZipWriter {
  /// The first day that zip knows: the same members give the same bytes.
  private static let date: (time: UInt16, day: UInt16) = (0, 1 << 5 | 1)

  /// An archive.
  ///
  /// - Parameter members: their names and bytes.
  /// - Returns: its bytes.
  /// - Throws: ``TensorFileError`` where it would be larger than an archive without zip64 can be,
  ///   `OutOfMemory`, `Cancelled`.
  static func archive(_ members: [(name: String, bytes: [UInt8])]) throws -> [UInt8] {
    let size = members.reduce(22) { $0 + $1.bytes.count + 2 * $1.name.utf8.count + 76 }
    guard size < UInt32.max, members.count < UInt16.max else {
      throw TensorFileError("would be larger than 4 GiB, which is not written")
    }
    try Memory.borrow(bytes: size)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    var directory: [UInt8] = []
    for member in members {
      try Cancellation.check()
      let place = UInt32(bytes.count)
      let entry = header(of: member)
      bytes += [0x50, 0x4b, 3, 4] + entry
      bytes += member.name.utf8
      bytes += member.bytes
      // Made by version 2.0 on a Unix system, where everybody may read it.
      directory += [0x50, 0x4b, 1, 2, 20, 3] + entry
      directory.append(little: UInt16(0))
      directory.append(little: UInt16(0))
      directory.append(little: UInt16(0))
      directory.append(little: UInt32(0o100644) << 16)
      directory.append(little: place)
      directory += member.name.utf8
    }
    let start = UInt32(bytes.count)
    bytes += directory
    bytes += [0x50, 0x4b, 5, 6, 0, 0, 0, 0]
    bytes.append(little: UInt16(members.count))
    bytes.append(little: UInt16(members.count))
    bytes.append(little: UInt32(directory.count))
    bytes.append(little: start)
    bytes.append(little: UInt16(0))
    return bytes
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
  }

  /// What stands both before a member and in the directory.
  private static func header(of member: (name: String, bytes: [UInt8])) -> [UInt8] {
    // Version 2.0; names are UTF-8; nothing is compressed.
    var bytes: [UInt8] = [20, 0, 0, 8, 0, 0]
    bytes.append(little: date.time)
    bytes.append(little: date.day)
    bytes.append(little: checksum(member.bytes))
    bytes.append(little: UInt32(member.bytes.count))
    bytes.append(little: UInt32(member.bytes.count))
    bytes.append(little: UInt16(member.name.utf8.count))
    bytes.append(little: UInt16(0))
    return bytes
  }
}
