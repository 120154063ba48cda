import Foundation
import Running
import Testing

struct MemoryTests {
  @Test func whatNoMachineHasIsRefused() {
    for bytes in [1 << 50, .max] {
      #expect(throws: OutOfMemory.self) { try Memory.claim(bytes: bytes) }
    }
    #expect(throws: OutOfMemory.self) {
      try Memory.array(.max / 8) { (_: UnsafeMutablePointer<Double>) in }
    }
    #expect(throws: Never.self) { try Memory.claim(bytes: 100 << 20) }
    #expect(throws: Never.self) { try Memory.check() }
  }

  @Test func countsWhatIsClaimed() throws {
    let before = Memory.bytesClaimed
    let zeros = try Memory.zeros(1000)
    #expect(zeros == [Float](repeating: 0, count: 1000))
    #expect(Memory.bytesClaimed >= before + 4000)
    #expect(try Memory.array(mapping: 200_000) { $0 } == Array(0..<200_000))
  }

  #if os(Linux)
    /// Giving back 800 MB in small pages takes longer than Ctrl-C may.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: largePages)))
    func largeBlocksHaveLargePages() throws {
      let zeros = try Memory.zeros(17 << 20)
      let address = zeros.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
      let maps = try withExtendedLifetime(zeros) {
        // Its size is not known before, so that a file handle reads all of it and a string would not.
        try FileHandle(forReadingAtPath: "/proc/self/smaps")?.readToEnd()
      }
      var isInside = false
      var flags: Substring?
      for line in String(decoding: try #require(maps), as: UTF8.self).split(separator: "\n") {
        let word = line.prefix { $0 != " " }
        let ends = word.split(separator: "-").compactMap { UInt($0, radix: 16) }
        // Aligned, so that the array's beginning may lie on a small page before.
        if ends.count == 2 {
          isInside = ends[0] <= address + 1 << 20 && address + 1 << 20 < ends[1]
        }
        if isInside, word == "VmFlags:" { flags = line }
      }
      #expect(try #require(flags).split(separator: " ").contains("hg"))
    }

    private static let largePages = "/sys/kernel/mm/transparent_hugepage"
  #endif

  @Test func saysBytesAsPeopleDo() {
    let texts = [0, 400_000, 600_000, 58_400_000, 99_600_000, 1_950_000_000].map(OutOfMemory.text)
    #expect(texts == ["0 MB", "0 MB", "1 MB", "58 MB", "0.1 GB", "2.0 GB"])
    #expect(OutOfMemory.text(.max) == "9223372036.9 GB")
  }

  /// Every element once and in order, whatever the pieces; rows are never joined.
  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
  func piecesAreTheWhole(count: Int) throws {
    for work in [0, 1, 1000, .max] where count < 1000 || work < 1000 {
      var seen: [Range<Int>] = []
      try Cancellation.forEachPiece(of: count, work: work) { seen.append($0) }
      #expect(seen.flatMap { $0 }.elementsEqual(0..<count))
      #expect(seen.allSatisfy { $0.count <= 65_536 })
    }
    var places: [Int] = []
    try Cancellation.forEachRow(3, length: count) { row, piece in
      #expect(count == 0 || piece.allSatisfy { $0 / count == row })
      places += piece
    }
    #expect(places.elementsEqual(0..<3 * count))
  }
}
