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
