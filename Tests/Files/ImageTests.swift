import Tensors
import TestSupport
import Testing

@testable import Files

/// Images and tables as Pillow and numpy read them (`Fixtures/files/record_images.py`).
struct ImageTests {
  private struct Recorded: Decodable {
    struct File: Decodable {
      let shape: [Int]
      let values: [Double]
    }
    let files: [String: File]
  }

  private static func read(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> FileTensor {
    let file = try TensorFile(ByteSource(bytes), limit: limit)
    #expect(file.isSingle && file.entries.count == 1)
    return try #require(file.entries.first).tensor
  }

  private static func numbers(_ tensor: FileTensor) throws -> [Double] {
    switch try tensor.values() {
    case .float32(let tensor): tensor.elements.map(Double.init)
    case .int64(let tensor): tensor.elements.map(Double.init)
    case .bool(let tensor): tensor.elements.map { $0 ? 1 : 0 }
    }
  }

  private static func message(_ bytes: [UInt8], limit: Int = 1 << 20) -> String {
    do {
      return "read \(try read(bytes, limit: limit).shape)"
    } catch let error as TensorFileError {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  @Test func everyRecordedFileHasItsNumbers() throws {
    let recorded = try Fixture.read("files/images") as Recorded
    #expect(recorded.files.count == 10)
    for (name, expected) in recorded.files {
      let tensor = try Self.read(fixture(name).array())
      #expect(tensor.shape.dimensions == expected.shape, "\(name)")
      #expect(try Self.numbers(tensor) == expected.values, "\(name)")
      let isWhole = if case .int64 = try tensor.values() { true } else { false }
      #expect(isWhole == (name != "table.csv"), "\(name)")
    }
  }

  @Test func whatIsNotReadSaysWhy() throws {
    let grey = try fixture("grey.png").array()
    #expect(
      try Self.message(fixture("one-bit.png").array()) == "is a PNG image of 1 bits a channel")
    var wrong = grey
    wrong[40] ^= 1
    #expect(Self.message(wrong).hasPrefix("is a PNG image with a damaged part"))
    #expect(Self.message(Array(grey.dropLast(30))).contains("early"))
    #expect(Self.message(grey, limit: 80) == "has 200 bytes, and 80 is the most that is read")
    // 65,536 rows of as many pixels, and the first part's checksum made to fit.
    var wide = grey
    wide.replaceSubrange(16..<24, with: [0, 1, 0, 0, 0, 1, 0, 0])
    let checksum = try ByteSource(Array(wide[12..<29])).checksum().bigEndian
    wide.replaceSubrange(29..<33, with: withUnsafeBytes(of: checksum, Array.init))
    #expect(
      Self.message(wide)
        == "is a PNG image of 4295032832 bytes, and 1048576 is the most that is read")
    for (text, message) in [
      ("P5 4 4 255 \u{1}\u{2}", "is a PGM image that ends too early"),
      ("P2 2 1 9 3 10", "is a PGM image with a number above its largest, 9"),
      ("P2 2 x", "is a PGM image with a damaged number"),
      ("P2 0 5 9 ", "is a PGM image with a damaged header"),
      (
        "P5 9999999 9999999 255 ",
        "is a PGM image of 99999980000001 bytes, and 1048576 is the most that is read"
      ),
      ("1,2\n3\n", "has 1 numbers in line 2 and 2 above it"),
      ("1,2\n3,four\n", "has 'four' in line 2, which is no number"),
      ("a,b\n1", "has 1 numbers in line 2 and 2 above it"),
      ("0x10\n1\n0x10", "has '0x10' in line 3, which is no number"),
      ("a,b\n1,2\n", "read [1, 2]"), (" 1 ,\t\"2\"\n\n", "read [1, 2]"), ("7", "read [1, 1]"),
      ("\u{feff}a,b\n1,2\n", "read [1, 2]"),
      ("1,,nan\n", "read [1, 3]"), ("1\t2\n", "read [1, 2]"),
    ] {
      #expect(Self.message(Array(text.utf8)) == message, "\(text)")
    }
    for text in ["x1,y2\n", "a,1\n", "", "print(1)\nprint(2)\n", ",\n"] {
      #expect(Self.message(Array(text.utf8)).contains("none of the formats"), "\(text)")
    }
  }
}
