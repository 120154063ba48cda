import Testing

@testable import Notebook

@Suite struct SerialSetTests {
  /// As the standard library's set, whatever the order, with repetitions and at the edges of blocks.
  @Test func holdsWhatWasAdded() {
    let parts: [[UInt64]] = [
      [], [5, 4, 3], [64, 63, 62, 3], [700, 1, 65, 700], [.max, .max - 1, 0], Array(120..<260),
    ]
    var (serials, wanted) = (SerialSet(), Set<UInt64>())
    for part in parts {
      let before = serials
      let countBefore = wanted.count
      serials.formUnion(part)
      wanted.formUnion(part)
      #expect(serials.count == wanted.count)
      #expect(before.count == countBefore)
      for serial in parts.joined() {
        #expect(serials.contains(serial) == wanted.contains(serial))
      }
    }
    let odd = serials.filter { $0 % 2 == 1 }
    #expect(odd.count == wanted.filter { $0 % 2 == 1 }.count)
    #expect(odd.contains(63) && !odd.contains(64) && odd.contains(.max))
  }
}
