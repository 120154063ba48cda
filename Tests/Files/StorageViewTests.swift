import Testing

@testable import Files

/// Where a pickle says that a tensor lies in its storage.
struct StorageViewTests {
  /// Views of a storage of four floats: within it, and beyond it in each way.
  @Test(
    arguments: [
      ([0], [4], [1], nil), ([1], [3], [1], nil), ([0], [2, 2], [2, 1], nil), ([3], [9], [0], nil),
      ([4], [0], [1], nil),
      ([0], [5], [1], "holds a tensor of shape [5] beyond its 16 bytes"),
      ([1], [4], [1], "holds a tensor of shape [4] beyond its 16 bytes"),
      ([0], [2, 2], [3, 1], "holds a tensor of shape [2, 2] beyond its 16 bytes"),
      ([-1], [1], [1], "holds a tensor beyond its storage"),
      ([3], [2], [-1], "holds a tensor with a negative stride"),
      ([0], [3], [1 << 62], "holds a tensor beyond its storage"),
      ([.max], [2], [1], "holds a tensor beyond its storage"),
      ([.max], [1], [1], "holds a tensor beyond its storage"),
    ] as [([Int], [Int], [Int], String?)])
  func viewsBeyondTheirStorageAreRefused(
    _ offset: [Int], _ sizes: [Int], _ strides: [Int], _ expected: String?
  ) {
    func tuple(_ integers: [Int]) -> [UInt8] {
      [0x28] + integers.flatMap { [0x8a, 8] + CraftedZip.little(Int64($0)) } + [0x74]
    }
    let storage =
      CraftedPickleTests.Part("(U").bytes + [7]
      + CraftedPickleTests.Part("storagectorch\nFloatStorage\nU").bytes + [1]
    let pickle =
      CraftedPickleTests.Part("ctorch._utils\n_rebuild_tensor_v2\n(").bytes + storage
      + CraftedPickleTests.Part("0U").bytes + [3]
      + CraftedPickleTests.Part("cpuK").bytes + [4] + CraftedPickleTests.Part("tQ").bytes
      + tuple(offset).dropFirst().dropLast()
      + tuple(sizes) + tuple(strides) + [0x89] + CraftedPickleTests.Part("NtR.").bytes
    let zip = CraftedZip([
      .init("a/data.pkl", pickle), .init("a/data/0", [UInt8](repeating: 0, count: 16)),
    ])
    do {
      let file = try TensorFile(ByteSource(zip.bytes), limit: 1 << 20)
      #expect(file.entries.map(\.tensor.shape.dimensions) == [sizes] && expected == nil)
      _ = try file.entries[0].tensor.values()
    } catch {
      #expect((error as? TensorFileError)?.message == expected)
    }
  }
}
