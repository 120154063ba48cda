import Testing

@testable import Files

/// Headers that lie about where tensors are: a clear word each.
struct CraftedSafetensorsTests {
  private static func tensor(_ start: String, _ end: String, shape: String = "[1]") -> String {
    "{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
  }

  private static func message(_ header: String, length: UInt64? = nil, data: Int = 8) -> String {
    let length = length ?? UInt64(header.utf8.count)
    let bytes =
      withUnsafeBytes(of: length.littleEndian, Array.init) + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
    do {
      let names = try Safetensors.read(ByteSource(bytes)).map { "\($0.name) \($0.tensor.shape)" }
      return "read \(names.joined(separator: ", "))"
    } catch let error as TensorFileError {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  @Test func honestHeadersAreRead() {
    let two = "\"b\":\(Self.tensor("4", "8")),\"a\":\(Self.tensor("0", "4"))"
    #expect(Self.message("{\(two)}") == "read a [1], b [1]")
    #expect(Self.message("{\(two),\"__metadata__\":{\"x\":\"y\"}}   ") == "read a [1], b [1]")
    let empty = "\"c\":\(Self.tensor("8", "8", shape: "[3,0]"))"
    #expect(Self.message("{\(two),\(empty)}") == "read a [1], b [1], c [3, 0]")
    #expect(Self.message("{}", data: 0) == "read ")
  }

  @Test(
    arguments: [
      // Holes: at the beginning, between two, at the end.
      (tensor("4", "8"), nil, "has a hole or an overlap before the tensor 'a'"),
      (tensor("0", "4"), tensor("5", "9"), "has a hole or an overlap before the tensor 'b'"),
      (tensor("0", "4"), nil, "has 8 bytes of tensors, and its header describes 4"),
      // Overlaps: in part, whole, one within another.
      (tensor("0", "4"), tensor("2", "6"), "has a hole or an overlap before the tensor 'b'"),
      (tensor("0", "4"), tensor("0", "4"), "has a hole or an overlap before the tensor 'b'"),
      (
        tensor("0", "8", shape: "[2]"), tensor("4", "8"),
        "has a hole or an overlap before the tensor 'b'"
      ),
      // Beyond the end, backwards, before the beginning.
      (
        tensor("0", "4"), tensor("4", "12", shape: "[2]"),
        "has 8 bytes of tensors, and its header describes 12"
      ),
      (tensor("8", "4"), nil, "describes the tensor 'a' in another way"),
      (tensor("-4", "0"), nil, "describes the tensor 'a' in another way"),
      (tensor("0", "4.0"), nil, "describes the tensor 'a' in another way"),
      (tensor("0", "1e1"), nil, "describes the tensor 'a' in another way"),
      (tensor("0", "9223372036854775808"), nil, "describes the tensor 'a' in another way"),
      (
        tensor("0", "9223372036854775807"), nil,
        "gives 'a' 9223372036854775807 bytes; its shape takes 4"
      ),
      (tensor("0", "4", shape: "[2]"), nil, "gives 'a' 4 bytes; its shape takes 8"),
      (tensor("0", "4", shape: "[-1]"), nil, nil),
      (tensor("0", "4", shape: "[4611686018427387904]"), nil, nil),
      (tensor("0", "4", shape: "[4294967296,4294967296]"), nil, nil),
      (tensor("0", "0", shape: "[4294967296,4294967296,0]"), nil, nil),
      (
        tensor("0", "4", shape: "[9223372036854775808]"), nil,
        "describes the tensor 'a' in another way"
      ),
      (tensor("0", "4", shape: "1"), nil, "describes the tensor 'a' in another way"),
      (tensor("0", "4", shape: "[[1]]"), nil, "describes the tensor 'a' in another way"),
    ] as [(String, String?, String?)])
  func placesThatDoNotFitAreRefused(_ first: String, _ second: String?, _ expected: String?) {
    let said = Self.message("{\"a\":\(first)\(second.map { ",\"b\":\($0)" } ?? "")}")
    if let expected {
      #expect(said == expected)
    } else {
      // What is wrong with the sizes stands after the name.
      #expect(said.hasPrefix("holds 'a': "), "\(said)")
    }
  }

  @Test func keysThatComeTwiceAreRefused() {
    let tensor = Self.tensor("0", "8", shape: "[2]")
    #expect(Self.message("{\"a\":\(tensor),\"a\":\(tensor)}") == "has the key 'a' twice")
    #expect(Self.message("{\"a\":\(tensor),\"\\u0061\":\(tensor)}") == "has the key 'a' twice")
    for key in ["dtype\":\"F32\"", "shape\":[2]", "data_offsets\":[0,8]"] {
      let name = key.prefix { $0 != "\"" }
      #expect(
        Self.message("{\"a\":\(tensor.dropLast()),\"\(key)}}") == "has the key '\(name)' twice")
    }
    let metadata = "\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}"
    #expect(Self.message("{\(metadata),\"a\":\(tensor)}") == "has the key 'x' twice")
  }

  @Test(arguments: ["[", "{\"a\":", "[{\"a\":["]) func deepHeadersAreRefused(_ opening: String) {
    let deep = "{\"a\":" + String(repeating: opening, count: 100_000)
    #expect(Self.message(deep) == "has JSON with more than 64 brackets in one another")
  }

  @Test(arguments: [11, 100, 100_000_001, 1 << 32, 1 << 63 - 1] as [UInt64])
  func headersThatAreNotThereAreRefused(_ length: UInt64) {
    #expect(
      Self.message("{}", length: length)
        == "is in none of the formats that are read, or ends too early")
    #expect(Self.message("{}", length: 1 << 63) == "names a size of 9223372036854775808 bytes")
  }
}
