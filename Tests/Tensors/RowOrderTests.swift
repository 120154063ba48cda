import Tensors
import Testing

/// Which of several equal values are taken is PyTorch's affair (see `SortingTests`); that the
/// values are the lowest or highest is not.
struct RowOrderTests {
  private static func top(_ values: [Float], count: Int, largest: Bool) throws -> [Int] {
    try RowOrder.top(
      values, length: values.count, count: count, largest: largest, isSorted: false)
  }

  @Test(arguments: [false, true]) func takesTheExtremeValues(largest: Bool) throws {
    var generator = Generator(seed: largest ? 1 : 2)
    for count in [1, 2, 3, 4, 5, 7, 16, 31, 64, 200, 1000] {
      for k in Set([0, 1, 2, count / 64, count / 2, count - 1, count]) where k >= 0 && k <= count {
        let values = try generator.normal(shape: [count]).elements.map { ($0 * 4).rounded() }
        let indices = try Self.top(values, count: k, largest: largest)
        #expect(Set(indices).count == k)
        let sorted = largest ? values.sorted(by: >) : values.sorted()
        let taken = indices.map { values[$0] }
        #expect(
          (largest ? taken.sorted(by: >) : taken.sorted()) == Array(sorted.prefix(k)),
          "\(k) of \(values)")
      }
    }
  }

  /// Sorted, reversed and organ-pipe inputs drive a selection to its limit of depth.
  @Test func survivesHostileOrders() throws {
    let count = 2000
    let orders: [[Float]] = [
      (0..<count).map(Float.init), (0..<count).reversed().map(Float.init),
      (0..<count).map { Float(min($0, count - $0)) }, [Float](repeating: 1, count: count),
    ]
    for values in orders {
      let indices = try Self.top(values, count: 700, largest: false)
      #expect(indices.map { values[$0] }.sorted() == Array(values.sorted().prefix(700)))
    }
  }

  @Test func countsNaNAsTheLargest() throws {
    let values: [Float] = [.nan, 1, .infinity, .nan, -1]
    #expect(Set(try Self.top(values, count: 2, largest: true)) == [0, 3])
    #expect(Set(try Self.top(values, count: 3, largest: false)) == [1, 2, 4])
    #expect(try Self.top(values, count: 0, largest: true).isEmpty)
  }
}
