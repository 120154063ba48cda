import Running

/// A zip archive's members, found by its central directory.
///
/// Source: PKWARE's APPNOTE 6.3.10. Members are stored or deflated, zip64 included; no two may share
/// a byte, which is how small archives unpack to huge ones.
struct ZipArchive {
  /// One member.
  struct Member {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    let compressed: Int
    let size: Int
    /// Where its local header begins.
    fileprivate let header: Int
    /// Where its bytes begin.
    fileprivate var start = 0
  }

  /// What an archive with members begins with, and an empty one.
  static let magics: [[UInt8]] = [[0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6]]

  /// The members in the order of the directory.
  private(set) var members: [Member] = []
  private let source: ByteSource
  private var places: [String: Int] = [:]

  /// The bytes of the whole archive.
  var byteCount: Int { source.count }

  /// Reads the directory of an archive.
  ///
  /// - Parameters:
  ///   - source: the archive.
  ///   - limit: the bytes that all deflated members together may unpack to.
  /// - Throws: ``TensorFileError``, `Cancelled`.
  init(_ source: ByteSource, limit: Int) throws {
    self.source = source
    let (start, end, count) = try Self.directory(source)
    // Its entries are read in small steps.
    let directory = try source.part(at: start, count: end - start).loaded()
    var place = 0
    var total = 0
    for _ in 0..<count {
      try Cancellation.check()
      let member = try Self.entry(directory, &place, in: source.count)
      guard places.updateValue(members.count, forKey: member.name) == nil else {
        throw TensorFileError("holds '\(member.name.prefix(80))' twice")
      }
      if member.isDeflated { total += member.size }
      guard total <= limit else {
        throw TensorFileError("unpacks to", wanting: total, over: limit)
      }
      // Deflate makes 258 bytes of 2 bits at best.
      guard
        member.isDeflated
          ? member.size / 1032 <= member.compressed : member.size == member.compressed
      else { throw TensorFileError("holds '\(member.name.prefix(80))' with an impossible size") }
      members.append(member)
    }
    guard place == directory.count else { throw TensorFileError("has a damaged directory") }
    try locate(before: start)
  }

  /// The member of a name.
  func member(_ name: String) -> Member? { places[name].map { members[$0] } }

  /// The bytes of a member, which were compared with its checksum.
  ///
  /// - Throws: ``TensorFileError`` where they are damaged, `OutOfMemory`, `Cancelled`.
  func read(_ member: Member) throws -> MemberBytes {
    let stored = try source.part(at: member.start, count: member.compressed)
    let bytes =
      member.isDeflated
      ? MemberBytes(deflated: stored, count: member.size) : MemberBytes(stored)
    guard try bytes.checksum() == member.checksum else {
      throw TensorFileError("holds '\(member.name.prefix(80))', whose checksum does not fit")
    }
    return bytes
  }

  /// Where the central directory lies and how many entries it has.
  private static func directory(
    _ source: ByteSource
  ) throws(TensorFileError) -> (start: Int, end: Int, count: Int) {
    // A comment of up to 65,535 bytes may follow the last record.
    let end = try source.lastPlace(of: [0x50, 0x4b, 5, 6], from: source.count - 22 - 0xffff)
    guard let end else { throw TensorFileError("is not a whole zip archive: its end is missing") }
    var count = Int(try source.number(UInt16.self, at: end + 10))
    var size = Int(try source.number(UInt32.self, at: end + 12))
    var start = Int(try source.number(UInt32.self, at: end + 16))
    var limit = end
    if source.has([0x50, 0x4b, 6, 7], at: end - 20) {
      let wide = try source.size(at: end - 12)
      guard source.has([0x50, 0x4b, 6, 6], at: wide), wide <= end - 76 else {
        throw TensorFileError("has a damaged end")
      }
      count = try source.size(at: wide + 32)
      size = try source.size(at: wide + 40)
      start = try source.size(at: wide + 48)
      limit = wide
    }
    guard start <= limit, size == limit - start, count <= size / 46 else {
      throw TensorFileError("has a damaged directory")
    }
    return (start, limit, count)
  }

  /// The member of an entry of the directory.
  private static func entry(
    _ source: ByteSource, _ place: inout Int, in archive: Int
  ) throws(TensorFileError) -> Member {
    guard source.has([0x50, 0x4b, 1, 2], at: place) else {
      throw TensorFileError("has a damaged directory")
    }
    let flags = try source.number(UInt16.self, at: place + 8)
    let method = try source.number(UInt16.self, at: place + 10)
    let nameCount = Int(try source.number(UInt16.self, at: place + 28))
    let extraCount = Int(try source.number(UInt16.self, at: place + 30))
    let commentCount = Int(try source.number(UInt16.self, at: place + 32))
    let name = try source.part(at: place + 46, count: nameCount).text()
    guard flags & 1 == 0 else { throw TensorFileError("is encrypted") }
    guard method == 0 || method == 8 else {
      throw TensorFileError("holds '\(name.prefix(80))' compressed by method \(method)")
    }
    var size = Int(try source.number(UInt32.self, at: place + 24))
    var compressed = Int(try source.number(UInt32.self, at: place + 20))
    var header = Int(try source.number(UInt32.self, at: place + 42))
    var extra = try source.part(at: place + 46 + nameCount, count: extraCount)
    while extra.count >= 4 {
      let length = Int(try extra.number(UInt16.self, at: 2))
      let field = try extra.part(at: 4, count: length)
      if try extra.number(UInt16.self, at: 0) == 1 {
        // zip64: only what does not fit above, in this order.
        var place = 0
        func widen(_ number: inout Int) throws(TensorFileError) {
          guard number == 0xffff_ffff else { return }
          number = try field.size(at: place)
          place += 8
        }
        try widen(&size)
        try widen(&compressed)
        try widen(&header)
      }
      extra = try extra.part(from: 4 + length)
    }
    let checksum = try source.number(UInt32.self, at: place + 16)
    place += 46 + nameCount + extraCount + commentCount
    guard place <= source.count, size < 1 << 46, compressed <= archive, header <= archive else {
      throw TensorFileError("has a damaged directory")
    }
    return Member(
      name: name, isDeflated: method == 8, checksum: checksum,
      compressed: compressed, size: size, header: header)
  }

  /// Finds where each member's bytes begin, and that no two overlap.
  private mutating func locate(before directory: Int) throws(TensorFileError) {
    var free = 0
    for index in members.indices.sorted(by: { members[$0].header < members[$1].header }) {
      let header = members[index].header
      guard header >= free else { throw TensorFileError("holds members that overlap") }
      guard source.has([0x50, 0x4b, 3, 4], at: header) else {
        throw TensorFileError(
          "has no '\(members[index].name.prefix(80))' where its directory says")
      }
      let nameCount = Int(try source.number(UInt16.self, at: header + 26))
      let extraCount = Int(try source.number(UInt16.self, at: header + 28))
      let start = header + 30 + nameCount + extraCount
      free = start + members[index].compressed
      guard free <= directory else { throw TensorFileError("holds members that overlap") }
      guard
        try source.part(at: header + 30, count: nameCount).array()
          == Array(members[index].name.utf8)
      else { throw TensorFileError("names a member in two ways") }
      members[index].start = start
    }
  }
}
