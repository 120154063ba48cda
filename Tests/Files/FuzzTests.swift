import Foundation
import TestSupport
import Testing

@testable import Files

/// What the fuzzer is given and what it found, without the fuzzer (`Tests/Fuzz/run`).
struct FuzzTests {
  @Test(arguments: FuzzTarget.allCases)
  func everyKeptCaseIsReadOrRefused(target: FuzzTarget) throws {
    let folder = Fixture.tests.appendingPathComponent("Fixtures/fuzz/\(target.rawValue)")
    let cases = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    #expect(!cases.isEmpty)
    var read = 0
    for url in cases {
      do {
        try target.read([UInt8](Data(contentsOf: url)))
        read += 1
      } catch let error as TensorFileError {
        #expect(!error.message.isEmpty, "\(url.lastPathComponent)")
      }
    }
    // The readers are reached: what surrounds a case is what they expect.
    #expect(read > 0)
  }
}
