import Gradients
import Tensors
import TestSupport
import Testing

@testable import Pruning

struct MaskChoiceTests {
  struct Dynamic: Decodable {
    let scores: Floats
    let rate: Double
    let mask: String
  }

  struct Structured: Decodable {
    let values: Floats
    let shape: [Int]
    let rates: [Double]
    let masks: [String]
  }

  struct Order: Decodable {
    let weight: Floats
    let structured: String
    let scores: Floats
    let dynamic: String
  }

  struct Content: Decodable {
    let dynamic: [Dynamic]
    let structured: [Structured]
    let orders: [Order]
  }

  private static func read() throws -> Content { try Fixture.read("pruning") }

  private static func digits(_ mask: some Sequence<Float>) -> String {
    mask.map { $0 == 0 ? "0" : "1" }.joined()
  }

  private static func dynamic(_ scores: Tensor, _ rate: Double) throws -> Mask {
    try Mask(
      scores: scores.elements, of: Partition.filters(of: [scores.count, 1, 1, 1]),
      removing: .share(rate, .int), by: .removeLowest)
  }

  private static func structured(
    _ weight: Tensor, _ rate: Double, after earlier: Mask? = nil
  ) throws -> Mask {
    // Norms draw nothing.
    var generator = Generator(seed: 0)
    return try PruningCall.filters(share: rate).mask(
      of: weight, after: earlier, generator: &generator)
  }

  /// One digit for each filter; all elements of a filter must agree.
  private static func filters(_ mask: Mask) throws -> String {
    let spread = try mask.spread()
    return try (0..<spread.shape[0]).map { index in
      let elements = Set(try spread[index].elements)
      return elements == [0] ? "0" : elements == [1] ? "1" : "?"
    }.joined()
  }

  /// Ties, NaN and infinite scores, few of many: whatever `topk` chooses.
  @Test func dynamicMasksAreThoseOfPyTorch() throws {
    let content = try Self.read().dynamic
    #expect(content.count > 300)
    for sample in content {
      let scores = Tensor(sample.scores.values, shape: [sample.scores.values.count])
      let mask = try Self.dynamic(scores, sample.rate)
      #expect(
        Self.digits(mask.tensor.elements) == sample.mask,
        "rate \(sample.rate) of \(sample.scores.values)")
    }
  }

  /// Halves to even, repeated pruning, ties, NaN.
  @Test func structuredMasksAreThoseOfPyTorch() throws {
    let content = try Self.read().structured
    #expect(content.count > 100)
    #expect(content.contains { $0.rates.count > 2 })
    for sample in content {
      let weight = Tensor(sample.values.values, shape: Shape(sample.shape))
      var mask: Mask?
      for (rate, expected) in zip(sample.rates, sample.masks) {
        let used = try mask?.applied(to: weight) ?? weight
        let next = try Self.structured(used, rate, after: mask)
        #expect(
          try Self.filters(next) == expected, "\(sample.rates) of \(sample.values.values)")
        mask = next
      }
    }
  }

  /// Filters of the same numbers in other orders: only the rounding of the sums tells them apart.
  @Test func theOrderOfTheNormsSumIsThatOfPyTorch() throws {
    for sample in try Self.read().orders {
      let weight = Tensor(sample.weight.values, shape: [8, 3, 3, 3])
      let structured = try Self.structured(weight, 0.5)
      #expect(try Self.filters(structured) == sample.structured)
      let scores = try NormScore.l1.norms(
        of: Variable(weight), in: .filters(of: weight.shape)
      ).tensor
      #expect(FloatDifference(scores.elements, sample.scores.values) == nil)
      let dynamic = try Self.dynamic(scores, 0.5)
      #expect(Self.digits(dynamic.tensor.elements) == sample.dynamic)
    }
  }

  /// Python's `int(2 * 0.25)` is 0, and so is `round(0.5)`; `round(1.5)` is 2.
  @Test func roundsAsPythonDoes() throws {
    func dynamic(_ filters: Int, _ rate: Double) throws -> Int {
      try Self.dynamic(Tensor(repeating: 1, shape: [filters]), rate).removedCount
    }
    func structured(_ filters: Int, _ rate: Double) throws -> Int {
      try Self.structured(Tensor(repeating: 1, shape: [filters, 1, 1, 1]), rate).removedCount
    }
    #expect(try dynamic(2, 0.25) == 0)
    #expect(try dynamic(100, 0.29) == 28)
    #expect(try dynamic(3, 0.5) == 1)
    #expect(try structured(2, 0.25) == 0)
    #expect(try structured(6, 0.25) == 2)
    #expect(try structured(3, 0.5) == 2)
    #expect(try structured(5, 0.5) == 2)
    #expect(try structured(100, 0.29) == 29)
  }

  /// An earlier mask need not switch off whole filters; `torch.nn.utils.prune.custom_from_mask` takes
  /// any. One with a single element left is pruned anew, and what was off within a filter stays off.
  @Test func anEarlierMaskMayHoldPartsOfFilters() throws {
    let parts = Tensor([0, 1, 0, 0, 1, 1, 1, 0], shape: [4, 2])
    let earlier = Mask(parts, of: Partition(of: [4, 2], inside: []))
    let weight = Tensor([0, 2, 0, 0, 3, 4, 5, 0], shape: [4, 2])
    // Of the three filters left, with norms of 2, 7 and 5, round(0.34 · 3) = 1 goes: the first.
    let next = try Self.structured(weight, 0.34, after: earlier)
    #expect(try next.spread().elements == [0, 0, 0, 0, 1, 1, 1, 0])
    let same = try Self.structured(weight, 0, after: earlier)
    #expect(try same.spread().elements == parts.elements)
  }
}
