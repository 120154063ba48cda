import Running
import Tensors
import Testing

@testable import Files

/// Files that are damaged, by chance and on purpose: a clear word each, and bounded memory.
struct DamagedFileTests {
  @Test(arguments: Damage.kinds)
  func threeHundredMutatedFilesAreReadOrRefused(_ name: String) throws {
    let original = try fixture(name).array()
    var damage = Damage()
    let before = Memory.bytesClaimed
    var refused = 0
    for _ in 0..<300 {
      let bytes = damage.damaged(original)
      do {
        for entry in try TensorFile(ByteSource(bytes), limit: 1 << 20).entries {
          _ = try (entry.tensor.values(), entry.tensor.changedCount())
        }
      } catch let error as TensorFileError {
        refused += 1
        #expect(!error.message.isEmpty)
      }
    }
    #expect(refused > 30)
    // All that 300 files of some kilobytes claimed together.
    #expect(Memory.bytesClaimed - before < 300 * (3 * original.count + 1 << 20))
  }

  /// A pickle in the archive that `torch.save` would have made of it.
  private func refusal(ofPickle pickle: [UInt8]) -> String? {
    message { _ = try Unpickler.read(ByteSource(pickle)) }
  }

  private func message(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch let error as TensorFileError {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  @Test func memosThatDoubleAndNestEndEarly() {
    // Each list holds the one before twice: 2^60 values for whoever follows them.
    var bomb: [UInt8] = [0x80, 2, 0x28, 0x5d, 0x71, 0]
    for level in 0..<60 as Range<UInt8> {
      bomb += [0x5d, 0x28, 0x68, level, 0x68, level, 0x65, 0x71, level + 1]
    }
    let said = message {
      let (value, heap) = try Unpickler.read(ByteSource(bomb + [0x74, 0x2e]))
      var walk = CheckpointWalk(heap: heap)
      try walk.visit(value)
    }
    #expect(said == "holds more than 50000 values")
    // A hundred thousand tuples in one another must be let go without recursion.
    var deep: [UInt8] = [0x80, 2, 0x29]
    deep += [UInt8](repeating: 0x85, count: 100_000) + [0x2e]
    #expect(refusal(ofPickle: deep) == nil)
  }

  @Test(arguments: [
    "[]", "{\"a\":1}", "{\"a\":{},\"a\":{}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}",
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}",
    "{\"__metadata__\":{\"a\":1}}",
  ])
  func headersThatDoNotFitAreRefused(_ header: String) {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
    let bytes = length + Array(header.utf8) + [0, 0, 0, 0]
    #expect(message { _ = try Safetensors.read(ByteSource(bytes)) } != nil)
  }

  @Test func deepJSONIsRefused() {
    let text = String(repeating: "[", count: 1_000_000)
    #expect(
      message { _ = try JSONReader.read(ByteSource(Array(text.utf8))) }?.contains("64") == true)
  }

  @Test func anArchiveThatUnpacksToTooMuchIsRefused() throws {
    let source = try fixture("deflated.npz")
    #expect(
      message { _ = try TensorFile(source, limit: 100) }?.hasSuffix("100 is the most that is read")
        == true)
  }
}
