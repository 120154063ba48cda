import Foundation
import Tensors
import TestSupport
import Testing

@testable import Files

/// Files that dpu writes are the bytes that numpy's and safetensors' own writers give
/// (`Fixtures/files/record_written.py`).
struct WritingTests {
  private struct Recorded: Decodable {
    let npy: [String: Data]
    let all: Data
    let two: Data
  }

  private static let recorded = made { try Fixture.read("files/written") as Recorded }

  private static let values: [String: FileTensor.Values] = [
    "scalar": .float32(Tensor([2.5], shape: [])),
    "row": .float32(Tensor([1, -0.0, .nan, .infinity, Float(bitPattern: 1)], shape: [5])),
    "whole": .int64(IntegerTensor([1, -2, 1 << 62, 0, 3, .min], shape: [2, 3])),
    "truth": .bool(BooleanTensor([true, false], shape: [1, 2, 1])),
    "empty": .float32(Tensor([], shape: [2, 0, 3])),
    "kernel": .float32(Tensor((0..<24).map { Float($0) / 8 }, shape: [2, 3, 2, 2])),
  ]

  @Test(arguments: values.keys.sorted().filter { $0 != "truth" })
  func npyIsNumpys(name: String) throws {
    let values = try #require(Self.values[name])
    #expect(try Data(NumpyWriter.npy(values)) == Self.recorded.npy[name])
  }

  @Test func truthValuesAreNumpys() throws {
    let values = FileTensor.Values.bool(BooleanTensor([true, false], shape: [1, 2, 1]))
    #expect(try Data(NumpyWriter.npy(values)) == Self.recorded.npy["truth"])
  }

  @Test func safetensorsIsItsLibrarys() throws {
    let all =
      Self.values.map { (name: $0.key, values: $0.value) }
      + [(name: "a \"quoted\" name", values: .float32(Tensor([1], shape: [1])))]
    #expect(try Data(SafetensorsWriter.bytes(all)) == Self.recorded.all)
    let two: [(name: String, values: FileTensor.Values)] = [
      ("b", .float32(Tensor([1, 1], shape: [2]))), ("a", .float32(Tensor([0], shape: [1]))),
    ]
    #expect(try Data(SafetensorsWriter.bytes(two)) == Self.recorded.two)
  }

  /// An archive's own directory, sizes and checksums are what the reader demands.
  @Test func whatIsWrittenIsRead() throws {
    let arrays = Self.values.sorted { $0.key < $1.key }.map { (name: $0.key, values: $0.value) }
    for bytes in [try NumpyWriter.npz(arrays), try SafetensorsWriter.bytes(arrays)] {
      let file = try TensorFile(ByteSource(bytes), limit: 1 << 20)
      #expect(file.entries.map(\.name).sorted() == arrays.map(\.name))
      for entry in file.entries {
        let expected = try #require(Self.values[entry.name])
        #expect(try entry.tensor.changedCount() == 0 && entry.tensor.shape == expected.shape)
        #expect(try NumpyWriter.npy(entry.tensor.values()) == NumpyWriter.npy(expected))
      }
    }
    #expect(try TensorFile(ByteSource(NumpyWriter.npz([])), limit: 1 << 20).entries.isEmpty)
  }

  @Test(arguments: ["a\"b\\c\n\t\r\u{1}\u{1f}\u{7f}é😀/", ""])
  func textsAreJSON(text: String) throws {
    let quoted = JSONText.quoted(text)
    #expect(try JSONDecoder().decode([String].self, from: Data("[\(quoted)]".utf8)) == [text])
  }
}
