import Running
import Tensors
import Testing

@testable import Files

/// Files that are damaged, by chance and on purpose: a clear word each, and bounded memory.
struct DamagedFileTests {
  /// A small generator of its own, so that the same files are damaged every time.
  private struct Chance {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, bound)
    }
  }

  @Test(arguments: [
    "rank-4.npy", "fortran.npy", "stored.npz", "deflated.npz", "types.safetensors", "types.pt",
    "views.pt", "checkpoint.pt", "colour.png", "palette.png", "deep.pgm", "plain.pgm", "table.csv",
  ])
  func threeHundredMutatedFilesAreReadOrRefused(_ name: String) throws {
    let original = try fixture(name).array()
    var chance = Chance(state: 17)
    let before = Memory.bytesClaimed
    var refused = 0
    for _ in 0..<300 {
      var bytes = original
      for _ in 0...chance.below(3) {
        let place = chance.below(bytes.count)
        switch chance.below(6) {
        case 0: bytes[place] = UInt8(chance.below(256))
        case 1: bytes[place] ^= 1 << UInt8(chance.below(8))
        case 2: bytes[place] = [0, 1, 0x7f, 0x80, 0xff][chance.below(5)]
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + chance.below(16)))
        case 4: bytes.insert(contentsOf: bytes[place...].prefix(1 + chance.below(16)), at: place)
        default: bytes.removeLast(chance.below(bytes.count / 2))
        }
      }
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
    #expect(said == "nests its values too deeply")
    // A million tuples in one another must be let go without recursion.
    var deep: [UInt8] = [0x80, 2, 0x29]
    deep += [UInt8](repeating: 0x85, count: 1_000_000) + [0x2e]
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
