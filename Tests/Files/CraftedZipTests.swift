import TestSupport
import Tensors
import Testing

@testable import Files

/// Archives that were made to lead a reader astray: a clear word each, and bounded memory.
struct CraftedZipTests {
  /// An array of three numbers: 140 bytes.
  private static let array = made {
    try NumpyWriter.npy(.float32(Tensor([1, 2, 3], shape: [3])))
  }

  /// An array of so many zeros, and a stream of deflate that is it.
  private static func zeros(_ blocks: Int) throws -> (whole: [UInt8], deflated: [UInt8]) {
    // Truth values take a byte each.
    let count = 258 * blocks + 1
    let values = BooleanTensor([Bool](repeating: false, count: count), shape: [count])
    let whole = try NumpyWriter.npy(.bool(values))
    let header = Array(whole.dropLast(count))
    // The first block is not the last one.
    var first = CraftedDeflate.stored(header)
    first[0] = 0
    return (whole, first + CraftedDeflate.zeros(blocks))
  }

  private static func message(_ bytes: [UInt8], limit: Int = 1 << 20) -> String {
    message { try TensorFile(ByteSource(bytes), limit: limit) }
  }

  private static func message(_ body: () throws -> TensorFile) -> String {
    do {
      let shapes = try body().entries.map { "\($0.name) \($0.tensor.shape)" }
      return "read \(shapes.joined(separator: ", "))"
    } catch let error as TensorFileError {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  private static func archive(_ change: (inout CraftedZip) throws -> Void) rethrows -> [UInt8] {
    var zip = CraftedZip([.init("a.npy", array), .init("b.npy", array)])
    try change(&zip)
    return zip.bytes
  }

  @Test func honestArchivesAreRead() throws {
    #expect(Self.message(Self.archive { _ in }) == "read a [3], b [3]")
    #expect(
      Self.message(
        Self.archive { zip in
          zip.members[0].size = .max
          zip.members[0].compressed = .max
          zip.members[0].extra = CraftedZip.wideField([140, 140])
          zip.wide = (2, UInt64(102 + 20), UInt64(2 * (35 + 140)))
          zip.count = .max
          zip.directorySize = .max
          zip.directoryStart = .max
        }) == "read a [3], b [3]")
    let (whole, deflated) = try Self.zeros(4)
    let zip = CraftedZip([.init("z.npy", deflated: deflated, to: whole)])
    #expect(Self.message(zip.bytes) == "read z [1033]")
  }

  @Test func membersThatShareBytesAreRefused() {
    let overlap = "holds members that overlap"
    // Two names for the bytes of one member.
    #expect(
      Self.message(
        Self.archive { zip in
          zip.members[1].isThere = false
          zip.members[1].place = 0
        }) == overlap)
    // One member's bytes go on into the next one.
    #expect(
      Self.message(
        Self.archive { zip in
          zip.members[0].compressed += 10
          zip.members[0].size += 10
        }) == overlap)
    // A member within a member's bytes, whole.
    let inner = CraftedZip([.init("b.npy", Self.array)]).bytes
    #expect(
      Self.message(
        Self.archive { zip in
          zip.members[0] = .init("a.npy", inner)
          zip.members[1].isThere = false
          zip.members[1].place = 35
        }) == overlap)
    // The directory is a part of the last member.
    #expect(
      Self.message(
        Self.archive { zip in
          zip.members[1].compressed += 10
          zip.members[1].size += 10
        }) == overlap)
  }

  @Test func placesWhereNothingIsAreRefused() {
    let lost = "has no 'b.npy' where its directory says"
    for place: UInt32 in [176, 300, 350] {
      #expect(Self.message(Self.archive { $0.members[1].place = place }) == lost)
    }
    let damaged = "has a damaged directory"
    for place: UInt32 in [500, 1 << 31, .max - 1, .max] {
      #expect(Self.message(Self.archive { $0.members[1].place = place }) == damaged)
      #expect(Self.message(Self.archive { $0.directoryStart = place }) == damaged)
      #expect(Self.message(Self.archive { $0.directorySize = place }) == damaged)
    }
    for count: UInt16 in [0, 1, 3, .max] {
      #expect(Self.message(Self.archive { $0.count = count }) == damaged)
    }
    #expect(Self.message(Array(Self.archive { _ in }.dropLast(23))).contains("its end is missing"))
  }

  @Test func namesThatDifferAreRefused() {
    for name in ["b.npz", "b.np", "b.npy/", ""] {
      #expect(
        Self.message(Self.archive { $0.members[1].localName = name })
          == "names a member in two ways", "\(name)")
    }
    #expect(Self.message(Self.archive { $0.members[1].name = "a.npy" }) == "holds 'a.npy' twice")
  }

  @Test func whatIsNotUnderstoodIsRefused() {
    #expect(Self.message(Self.archive { $0.members[1].flags = 1 }) == "is encrypted")
    #expect(
      Self.message(Self.archive { $0.members[1].method = 12 })
        == "holds 'b.npy' compressed by method 12")
    #expect(
      Self.message(Self.archive { $0.members[1].checksum ^= 1 })
        == "holds 'b.npy', whose checksum does not fit")
    #expect(
      Self.message(Self.archive { $0.members[1] = .init("b.zip", $0.bytes) })
        == "holds 'b.zip', which is not an array")
  }

  @Test(arguments: [1 << 46, 1 << 62, 1 << 63 - 1, 1 << 63, 1 << 63 + 140, .max] as [UInt64])
  func sizesThatNoFileHasAreRefused(_ size: UInt64) {
    for sizes in [[size, 140], [140, size], [size, size], [140, 140, size]] {
      let said = Self.message(
        Self.archive { zip in
          zip.members[0].size = .max
          zip.members[0].compressed = .max
          if sizes.count > 2 { zip.members[0].place = .max }
          zip.members[0].extra = CraftedZip.wideField(sizes)
        })
      #expect(
        ["has a damaged directory", "names a size of \(size) bytes"].contains(said), "\(sizes)")
    }
    let honest: (UInt64, UInt64, UInt64) = (2, 102, 350)
    for wide in [(size, honest.1, honest.2), (2, size, honest.2), (2, honest.1, size)] {
      let said = Self.message(Self.archive { $0.wide = wide })
      #expect(
        ["has a damaged directory", "names a size of \(size) bytes"].contains(said), "\(wide)")
    }
  }

  @Test func wideFieldsThatAreCutAreRefused() {
    for count in 0..<20 {
      let said = Self.message(
        Self.archive { zip in
          zip.members[0].size = .max
          zip.members[0].compressed = .max
          zip.members[0].extra = Array(CraftedZip.wideField([140, 140]).prefix(count))
        })
      #expect(!said.hasPrefix("read"), "\(count)")
    }
  }

  /// What really unpacks to more than is read, what says so and does not, and what does not say so.
  @Test func bombsAreRefusedBeforeTheyUnpack() throws {
    let (whole, deflated) = try Self.zeros(32_600)
    #expect(whole.count > 8 << 20 && deflated.count < 9 << 10)
    let honest = CraftedZip.Member("z.npy", deflated: deflated, to: whole)
    let limit = 1 << 20
    #expect(
      Self.message(CraftedZip([honest]).bytes)
        == "unpacks to \(whole.count) bytes, and \(limit) is the most that is read")
    // Each fits, and together they do not.
    let many = CraftedZip(
      (0..<9).map { number in
        var member = honest
        member.name = "z\(number).npy"
        return member
      })
    #expect(
      Self.message(many.bytes, limit: whole.count * 9 - 1)
        == "unpacks to \(whole.count * 9) bytes, and \(whole.count * 9 - 1) is the most that is read"
    )
    // It claims to be small: what it unpacks to is another matter.
    var modest = honest
    modest.size = 600
    #expect(
      Self.message(CraftedZip([modest]).bytes) == "holds compressed bytes that are damaged")
    // It claims more than so few bytes can hold.
    var boaster = CraftedZip.Member("z.npy", deflated: CraftedDeflate.zeros(1), to: [])
    boaster.size = 1 << 20
    #expect(
      Self.message(CraftedZip([boaster]).bytes) == "holds 'z.npy' with an impossible size")
    // An archive within an archive is not unpacked.
    let nested = CraftedZip([.init("a.npy", CraftedZip([honest]).bytes)])
    #expect(Self.message(nested.bytes) == "holds 'a.npy', which is not an .npy file")
  }

  @Test func deflatedArraysHaveTheSizeThatTheyName() throws {
    let (whole, _) = try Self.zeros(4)
    let header = Array(whole.dropLast(1033))
    func said(_ content: [UInt8], size: Int? = nil, deflated: [UInt8]? = nil) -> String {
      var member = CraftedZip.Member(
        "z.npy", deflated: deflated ?? CraftedDeflate.stored(content), to: content)
      if let size { member.size = UInt32(size) }
      return Self.message(CraftedZip([member]).bytes)
    }
    #expect(said(whole) == "read z [1033]")
    func misfit(_ count: Int) -> String {
      "holds 'z.npy', which has \(count) bytes, and its header describes 1161"
    }
    // The header says more or less than the member has.
    #expect(said(Array(whole.dropLast())) == misfit(1160))
    #expect(said(whole + [0]) == misfit(1162))
    #expect(said(header) == misfit(128))
    // The directory and the header agree, and the stream goes on or ends early.
    let damaged = "holds compressed bytes that are damaged"
    #expect(said(whole + [0], size: whole.count) == damaged)
    #expect(said(Array(whole.dropLast()), size: whole.count) == damaged)
    #expect(said(whole, deflated: CraftedDeflate.stored(whole) + [0]) == damaged)
    #expect(said(whole, deflated: CraftedDeflate.stored(whole).dropLast()) == damaged)
    #expect(said(whole, deflated: [7, 0, 0, 0, 0] + whole) == damaged)
    #expect(
      said(Array(whole.prefix(40)), size: 40).hasPrefix("holds 'z.npy', which ends too early"))
  }
}
