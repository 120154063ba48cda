import Tensors
import Testing

@testable import Pruning

/// PyTorch's pruning functions on weights small enough to count by hand; the fixture of
/// `PruningToolboxTests` has a thousand larger ones.
struct PruningCallTests {
  private static let shape: Shape = [3, 2, 1, 2]
  private static let weight = Tensor(
    [1, -2, 0.5, 4, -3, 0.25, 5, -1, 2, 2, -0.125, 7], shape: shape)

  private static func masked(_ mask: Mask) throws -> [Float] { try mask.spread().elements }

  private static func mask(_ call: PruningCall, after earlier: Mask? = nil) throws -> [Float] {
    var generator = Generator()
    let used = try earlier?.applied(to: weight) ?? weight
    return try masked(call.mask(of: used, after: earlier, generator: &generator))
  }

  @Test func theTablesNamesAreDifferent() {
    #expect(
      PruningMethod.all.map(\.name) == [
        "l1_unstructured", "random_unstructured", "ln_structured", "random_structured",
      ])
    #expect(PruningMethod.all.map(\.takesDimension) == [false, false, true, true])
    #expect(PruningMethod.all.map(\.takesNorm) == [false, false, true, false])
  }

  /// Filters have L1 norms of 7.5, 9.25, 11.125 and largest magnitudes of 4, 5, 7; channels of
  /// dimension 1 have L1 norms of 10.25 and 17.625; columns 11.625 and 16.25.
  @Test func channelsOfLowestNormGo() throws {
    func norms(_ amount: Amount, _ norm: Double, _ dimension: Int) throws -> [Float] {
      try Self.mask(
        PruningCall(.lnStructured, amount: amount, norm: norm, dimension: dimension))
    }
    #expect(try norms(.count(1), 1, 0) == [0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    #expect(try norms(.count(2), .infinity, -4) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    // The smallest magnitudes are 0.5, 0.25 and 0.125.
    #expect(try norms(.count(1), -.infinity, 0) == [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0])
    #expect(try norms(.count(1), 2, 1) == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1])
    #expect(try norms(.share(0.5, .even), 1, -1) == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    // Half of three is two, and 0.16 of three is none.
    #expect(try norms(.share(0.5, .even), 1, 0) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    #expect(try norms(.share(0.16, .even), 1, 0) == [Float](repeating: 1, count: 12))
    #expect(try norms(.share(1, .even), 1, 0) == [Float](repeating: 0, count: 12))
  }

  @Test func theLowestWeightsGo() throws {
    let call = PruningCall(.l1Unstructured, amount: .count(3))
    #expect(try Self.mask(call) == [1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1])
  }

  /// Of the weights left the lowest go; of the channels those of which anything is left.
  @Test func whatIsLeftIsJudged() throws {
    let earlier = Mask(
      Tensor([0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1], shape: Self.shape), of: .elements(of: Self.shape)
    )
    // 3, 2 and 7 are left, and round(0.5 · 3) = 2 go.
    let weights = PruningCall(.l1Unstructured, amount: .share(0.5, .even))
    #expect(try Self.mask(weights, after: earlier) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    // Two filters are left, with norms of 3 and 9.
    let filters = PruningCall(.lnStructured, amount: .share(0.5, .even))
    #expect(try Self.mask(filters, after: earlier) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1])
    let none = PruningCall(.randomStructured, amount: .count(0))
    #expect(try Self.mask(none, after: earlier) == Self.masked(earlier))
    #expect(throws: PruningError(count: 4, left: 3)) {
      try Self.mask(PruningCall(.randomUnstructured, amount: .count(4)), after: earlier)
    }
    #expect(throws: PruningError(count: 3, left: 2)) {
      try Self.mask(PruningCall(.randomStructured, amount: .count(3)), after: earlier)
    }
  }

  /// `topk` picks one of equal numbers, a threshold all of them.
  @Test func chanceRemovesTheHighestOrWhatIsNotAboveAThreshold() throws {
    let numbers: [Float] = [0.5, 0.25, 0.75, 0.25, 1]
    #expect(
      try Selection.removeHighest.kept(numbers, removing: 2) == [true, true, false, true, false])
    #expect(
      try Selection.removeUpToLowest.kept(numbers, removing: 1)
        == [true, false, true, false, true])
    for selection in [Selection.removeHighest, .removeUpToLowest] {
      #expect(try selection.kept(numbers, removing: 0) == [true, true, true, true, true])
      #expect(try selection.kept(numbers, removing: 5) == [false, false, false, false, false])
    }
  }

  /// Nothing is drawn for what has gone already, nor where nothing goes.
  @Test func drawsForWhatIsLeft() throws {
    let earlier = Mask(
      Tensor([0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1], shape: Self.shape), of: .elements(of: Self.shape)
    )
    for (method, draws) in [(PruningMethod.randomUnstructured, 3), (.randomStructured, 2)] {
      var (generator, other) = (Generator(seed: 5), Generator(seed: 5))
      _ = try PruningCall(method, amount: .count(0)).mask(
        of: Self.weight, after: nil, generator: &generator)
      _ = try PruningCall(method, amount: .count(1)).mask(
        of: Self.weight, after: earlier, generator: &generator)
      for _ in 0..<draws { _ = other.next32() }
      #expect(generator == other)
    }
  }

  /// Weights of several layers compete, and what one of them has lost does not count.
  @Test func elementsOfSeveralWeightsCompete() throws {
    var generator = Generator()
    let other = Tensor([0.75, 9, 0.5, 9], shape: [2, 2])
    let earlier = Mask(Tensor([1, 1, 0, 1], shape: [2, 2]), of: .elements(of: [2, 2]))
    // 0.125, 0.25, 0.5 and 0.75 are the lowest of the fifteen left.
    let masks = try PruningCall(.l1Unstructured, amount: .share(0.27, .even)).masks(
      of: [(Self.weight, nil), (other, earlier)], generator: &generator)
    #expect(try masks.map(Self.masked)[0] == [1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1])
    #expect(try masks.map(Self.masked)[1] == [0, 1, 0, 1])
    #expect(masks.map(\.partition.weight) == [Self.shape, [2, 2]])
  }
}
