import TestSupport

@testable import Files

/// A zip archive put together by hand, in which each number can be a lie.
struct CraftedZip {
  /// A member: what is there, and what the archive says of it.
  struct Member {
    var name: String
    /// The bytes in the archive.
    var bytes: [UInt8]
    /// 0 for stored, 8 for deflated.
    var method: UInt16 = 0
    var flags: UInt16 = 0
    var checksum: UInt32
    /// What the directory says of its bytes.
    var compressed: UInt32
    var size: UInt32
    /// What the directory says of its place; nil for the truth.
    var place: UInt32?
    /// The name before its bytes; nil for the same.
    var localName: String?
    /// What follows its name in the directory.
    var extra: [UInt8] = []
    /// Whether its bytes and what precedes them are there.
    var isThere = true

    /// A member that is stored and honest.
    init(_ name: String, _ bytes: [UInt8]) {
      (self.name, self.bytes) = (name, bytes)
      checksum = Self.checksum(bytes)
      (compressed, size) = (UInt32(bytes.count), UInt32(bytes.count))
    }

    /// An honest member that is deflated, and what it unpacks to.
    init(_ name: String, deflated bytes: [UInt8], to whole: [UInt8]) {
      self.init(name, bytes)
      (method, size, checksum) = (8, UInt32(whole.count), Self.checksum(whole))
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
      made { try ByteSource(bytes).checksum() }
    }
  }

  var members: [Member]
  /// What the last record says; nil for the truth.
  var count: UInt16?
  var directorySize: UInt32?
  var directoryStart: UInt32?
  /// The members, the size and the start that a zip64 record says; nil for none.
  var wide: (count: UInt64, size: UInt64, start: UInt64)?

  init(_ members: [Member]) { self.members = members }

  /// The archive.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for member in members {
      let place = member.place ?? UInt32(bytes.count)
      if member.isThere {
        bytes += [0x50, 0x4b, 3, 4, 20, 0] + Self.common(member)
        bytes += Self.little(UInt16((member.localName ?? member.name).utf8.count)) + [0, 0]
        bytes += Array((member.localName ?? member.name).utf8) + member.bytes
      }
      directory += [0x50, 0x4b, 1, 2, 20, 0, 20, 0] + Self.common(member)
      directory += Self.little(UInt16(member.name.utf8.count))
      directory += Self.little(UInt16(member.extra.count))
      directory += [UInt8](repeating: 0, count: 10) + Self.little(place)
      directory += Array(member.name.utf8) + member.extra
    }
    let start = bytes.count
    bytes += directory
    if let wide {
      let record = UInt64(bytes.count)
      bytes += [0x50, 0x4b, 6, 6] + Self.little(UInt64(44)) + [45, 0, 45, 0]
      bytes += [UInt8](repeating: 0, count: 8) + Self.little(wide.count) + Self.little(wide.count)
      bytes += Self.little(wide.size) + Self.little(wide.start)
      bytes += [0x50, 0x4b, 6, 7, 0, 0, 0, 0] + Self.little(record) + [1, 0, 0, 0]
    }
    let count = Self.little(count ?? UInt16(members.count))
    bytes += [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + count + count
    bytes += Self.little(directorySize ?? UInt32(directory.count))
    bytes += Self.little(directoryStart ?? UInt32(start)) + [0, 0]
    return bytes
  }

  /// What stands both before a member and in the directory.
  private static func common(_ member: Member) -> [UInt8] {
    little(member.flags) + little(member.method) + [0, 0, 0x21, 0] + little(member.checksum)
      + little(member.compressed) + little(member.size)
  }

  /// A number with its lowest byte first.
  static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }

  /// The zip64 field of some sizes.
  static func wideField(_ sizes: [UInt64]) -> [UInt8] {
    [1, 0] + little(UInt16(8 * sizes.count)) + sizes.flatMap { little($0) }
  }
}

/// Streams of deflate (RFC 1951) put together by hand.
enum CraftedDeflate {
  /// Bytes that are not compressed.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    let count = UInt16(bytes.count)
    return [1] + CraftedZip.little(count) + CraftedZip.little(~count) + bytes
  }

  /// So many times 258 zeros and one more: two bits for each 258, the most that deflate can.
  static func zeros(_ times: Int) -> [UInt8] {
    var bits = Bits()
    // The last block, with codes of its own: all 286 lengths, one distance, all 19 code lengths.
    bits.write(1, 1)
    bits.write(2, 2)
    bits.write(285 - 256, 5)
    bits.write(0, 5)
    bits.write(15, 4)
    // In the order of the standard, the lengths of the codes for: 18 (zeros), 1 and 2.
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    for length in order { bits.write([18: 1, 1: 2, 2: 2][length] ?? 0, 3) }
    // The codes are 0 for 18, 10 for 1 and 11 for 2, the highest bit first.
    let (zeros, one, two) = ((0, 1), (0b01, 2), (0b11, 2))
    func skip(_ count: Int) {
      bits.write(zeros.0, zeros.1)
      bits.write(count - 11, 7)
    }
    // Literal 0 and the end have two bits, 258 bytes have one, and so has distance 1.
    bits.write(two.0, two.1)
    skip(138)
    skip(117)
    bits.write(two.0, two.1)
    skip(28)
    bits.write(one.0, one.1)
    bits.write(one.0, one.1)
    // 285 is 0, the literal 10, the end 11; the distance is 0.
    bits.write(0b01, 2)
    for _ in 0..<times { bits.write(0, 2) }
    bits.write(0b11, 2)
    return bits.bytes
  }

  /// Bits from the lowest of each byte on.
  private struct Bits {
    var bytes: [UInt8] = []
    private var used = 8

    mutating func write(_ value: Int, _ count: Int) {
      for bit in 0..<count {
        if used == 8 {
          bytes.append(0)
          used = 0
        }
        bytes[bytes.count - 1] |= UInt8(value >> bit & 1) << UInt8(used)
        used += 1
      }
    }
  }
}
