import Foundation
import TestSupport
import Testing

@testable import Files

/// Files as numpy, safetensors and PyTorch wrote them, bit for bit.
struct RecordedFileTests {
  struct Recorded: Decodable {
    struct Tensor: Decodable, Equatable {
      let name: String
      let shape: [Int]
      let type: String
      let bits: String
    }
    let files: [String: [Tensor]]
  }

  @Test func everyRecordedFileIsReadBitForBit() throws {
    let recorded: Recorded = try Fixture.read("files/expected")
    #expect(recorded.files.count >= 38)
    for (name, tensors) in recorded.files.sorted(by: { $0.key < $1.key }) {
      let file = try TensorFile(try fixture(name), limit: 64 << 20)
      let read = try file.entries.map(described)
      #expect(
        read.sorted { $0.name < $1.name } == tensors.sorted { $0.name < $1.name }, "\(name)")
      #expect(file.isSingle == (tensors.map(\.name) == [""]), "\(name)")
      // The same where the bytes stay in the file.
      let opened = try TensorFile(ByteSource(opened: try descriptor(name)), limit: 64 << 20)
      #expect(try opened.entries.map(described) == read, "\(name)")
    }
  }

  private func descriptor(_ name: String) throws -> Int32 {
    let descriptor = open(fixtureURL(name).path, O_RDONLY)
    try #require(descriptor >= 0)
    return descriptor
  }

  /// What was read before would not belong to what is read after.
  @Test func aFileThatIsWrittenMeanwhileIsNoticed() throws {
    let path = NSTemporaryDirectory() + "dpu-\(UUID().uuidString).npy"
    defer { unlink(path) }
    try Data(try fixture("rank-4.npy").array()).write(to: URL(filePath: path))
    let file = try TensorFile(ByteSource(opened: open(path, O_RDONLY)), limit: 1 << 20)
    _ = try file.entries[0].tensor.values()
    let handle = try FileHandle(forWritingTo: URL(filePath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([0]))
    try handle.close()
    let error = #expect(throws: TensorFileError.self) { try file.entries[0].tensor.values() }
    #expect(error?.message == "was changed while it was read")
    #expect(truncate(path, 90) == 0)
    #expect(throws: TensorFileError.self) { try file.entries[0].tensor.values() }
  }

  /// What stands in a file as it is takes no memory before it is asked for, and no limit but
  /// memory's.
  @Test(arguments: ["types.safetensors", "types.pt", "rank-4.npy", "stored.npz"])
  func whatStandsInAFileHasNoLimit(name: String) throws {
    // The pickle of a .pt is read as a whole.
    let file = try TensorFile(ByteSource(opened: try descriptor(name)), limit: 2000)
    #expect(try file.entries.map(described).count == file.entries.count)
    let large = try TensorFile(ByteSource(opened: try descriptor("deflated.npz")), limit: 1 << 20)
    #expect(!large.entries.isEmpty)
    let error = #expect(throws: TensorFileError.self) {
      try TensorFile(ByteSource(opened: try descriptor("deflated.npz")), limit: 100)
    }
    #expect((error?.wanted ?? 0) > 100)
  }

  @Test func digitsThatAreLostAreCounted() throws {
    // Of 0, 1, 1.5, 3.25, 0.001 and 65504 float32 lacks 0.001 alone.
    let file = try TensorFile(try fixture("type-f8.npy"), limit: 64 << 20)
    let changed = try file.entries.map { try $0.tensor.changedCount() }
    #expect(changed == [1])
    #expect(file.entries.map(\.tensor.stored) == [.float64])
  }

  @Test(arguments: [
    ("model.pt", "needs the Python name '"), ("legacy.pt", "before version 1.6"),
    ("script.pt", "TorchScript"), ("objects.npy", "Python objects"),
    ("structured.npy", "structured array"),
  ])
  func whatIsNotReadSaysSoWithARemedy(_ name: String, _ words: String) throws {
    let error = #expect(throws: TensorFileError.self) {
      try TensorFile(try fixture(name), limit: 64 << 20)
    }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.remedy != nil)
  }

  private func described(_ entry: TensorFile.Entry) throws -> Recorded.Tensor {
    let (type, bits) =
      switch try entry.tensor.values() {
      case .float32(let tensor):
        ("float32", tensor.elements.map { hexadecimal($0.bitPattern) }.joined())
      case .int64(let tensor):
        ("int64", tensor.elements.map { hexadecimal(UInt64(bitPattern: $0)) }.joined())
      case .bool(let tensor): ("bool", tensor.elements.map { $0 ? "01" : "00" }.joined())
      }
    return Recorded.Tensor(
      name: entry.name, shape: entry.tensor.shape.dimensions, type: type, bits: bits)
  }

  /// The bytes of a number, the lowest first.
  private func hexadecimal(_ number: some FixedWidthInteger) -> String {
    withUnsafeBytes(of: number.littleEndian) { bytes in
      bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}

/// The bytes of a file among the fixtures.
func fixture(_ name: String) throws -> ByteSource {
  ByteSource([UInt8](try Data(contentsOf: fixtureURL(name))))
}

private func fixtureURL(_ name: String) -> URL {
  Fixture.tests.appendingPathComponent("Fixtures/files/\(name)")
}
