import Gradients
import Tensors
import TestSupport
import Testing

@testable import Pruning

/// Structures and scores: counted by hand, and against numpy and `torch.topk`.
struct StructureTests {
  /// Which elements of a 4 × 3 × 3 × 3 weight are in one group, by its indices.
  private static let groups:
    [(structure: any SparseStructure, contains: @Sendable ([Int]) -> Bool)] =
      [
        (AxisStructure.filter, { $0[0] == 2 }),
        (AxisStructure.channel, { $0[1] == 1 }),
        (AxisStructure.kernel, { $0[0] == 2 && $0[1] == 1 }),
        (AxisStructure.shape, { $0[1] == 1 && $0[2] == 0 && $0[3] == 2 }),
        (AxisStructure.stripe, { $0[0] == 3 && $0[2] == 1 && $0[3] == 1 }),
        (AxisStructure.kernelRow, { $0[0] == 3 && $0[1] == 0 && $0[2] == 2 }),
        (AxisStructure.kernelColumn, { $0[0] == 3 && $0[1] == 0 && $0[3] == 2 }),
        (AxisStructure.sliceRow, { $0[0] == 1 && $0[2] == 2 }),
        (AxisStructure.sliceColumn, { $0[0] == 1 && $0[3] == 2 }),
        (AxisStructure.spatial, { $0[2] == 0 && $0[3] == 1 }),
        (AxisStructure.connection, { $0 == [3, 2, 1, 0] }),
        (AxisStructure.depth, { _ in true }),
        // Columns 9 to 17 of the matrix 4 × 27 are channel 1.
        (BlockStructure(rows: 2, columns: 9), { $0[0] < 2 && $0[1] == 1 }),
        (VectorStructure(size: 2), { $0[0] >= 2 && $0.dropFirst() == [1, 1, 2] }),
      ]

  private static let shape: Shape = [4, 3, 3, 3]

  private static func indices(_ element: Int) -> [Int] {
    [element / 27, element / 9 % 3, element / 3 % 3, element % 3]
  }

  private static func source(_ contains: ([Int]) -> Bool) -> ScoreSource {
    let weight = (0..<108).map { contains(indices($0)) ? Float(-0.5) : 1 }
    return ScoreSource(
      Variable(Tensor(weight, shape: shape)),
      gradient: Tensor([Float](repeating: 2, count: 108), shape: shape))
  }

  private static func mask(
    _ structure: any SparseStructure, _ amount: Amount, by score: any Score, of source: ScoreSource
  ) throws -> Mask {
    var generator = Generator(seed: 0)
    return try MaskQuestion([.init(structure, removing: amount)], by: score).mask(
      of: source, generator: &generator)
  }

  @Test(arguments: groups.indices) func theGroupOfLowestScoreGoes(_ index: Int) throws {
    let (structure, contains) = Self.groups[index]
    let source = Self.source(contains)
    let scores: [any Score] = [
      NormScore.l1, NormScore.l2, NormScore.linf, GradientScore.taylor, GradientScore.snip,
    ]
    for score in scores {
      let mask = try Self.mask(structure, .count(1), by: score, of: source)
      let expected = (0..<108).map { contains(Self.indices($0)) ? Float(0) : 1 }
      #expect(try mask.spread().elements == expected, "\(structure.name) by \(score.name)")
    }
  }

  @Test func ofFourNeighboursAlongTheChannelsTwoStay() throws {
    let weight = Tensor([1, 4, 2, 3, -8, 7, -5, 6], shape: [1, 4, 1, 2])
    let source = ScoreSource(Variable(weight))
    // At place 0 the channels have 1, 2, -8, -5, at place 1 they have 4, 3, 7, 6.
    func chosen(_ pattern: PatternStructure) throws -> Mask {
      var generator = Generator(seed: 0)
      return try MaskQuestion([.init(pattern)]).mask(of: source, generator: &generator)
    }
    let mask = try chosen(PatternStructure(kept: 2, of: 4))
    #expect(mask.tensor.shape == weight.shape)
    #expect(mask.tensor.elements == [0, 0, 0, 0, 1, 1, 1, 1])
    let one = try chosen(PatternStructure(kept: 1, of: 2))
    #expect(one.tensor.elements == [0, 1, 1, 0, 1, 1, 0, 0])
  }

  /// What a linear weight `[OUT, IN]` has: filters are outputs, channels inputs.
  @Test func aLinearWeightHasOutputsAndInputs() throws {
    #expect(try AxisStructure.filter.partition(of: [5, 3]).groups == [5])
    #expect(try AxisStructure.channel.partition(of: [5, 3]).groups == [3])
    #expect(try AxisStructure.connection.partition(of: [5, 3]).groups == [5, 3])
    #expect(try BlockStructure(rows: 5, columns: 3).partition(of: [5, 3]).groups == [1, 1])
    for structure in AxisStructure.all where !structure.fitsLinear {
      #expect(throws: StructureError.needsKernel(structure.name, weight: [5, 3])) {
        try structure.partition(of: [5, 3])
      }
    }
    #expect(
      throws: StructureError.doesNotDivide("block=2x3", size: 2, of: "OUT", into: 5)
    ) { try BlockStructure(rows: 2, columns: 3).partition(of: [5, 3]) }
    #expect(
      throws: StructureError.doesNotDivide("block=1x2", size: 2, of: "IN·KH·KW", into: 27)
    ) { try BlockStructure(rows: 1, columns: 2).partition(of: [5, 3, 3, 3]) }
    #expect(throws: StructureError.doesNotDivide("vector=2", size: 2, of: "OUT", into: 5)) {
      try VectorStructure(size: 2).partition(of: [5, 3])
    }
    #expect(throws: StructureError.doesNotDivide("keep=2:4", size: 4, of: "IN", into: 3)) {
      try PatternStructure(kept: 2, of: 4).partition(of: [5, 3])
    }
  }

  /// Both act, in the coarsest groups that lie within one of each; filters work on the bias.
  @Test func aMixedMaskIsTheProduct() throws {
    var generator = Generator(seed: 0)
    let source = Self.source { $0[0] == 2 || $0[1] == 1 }
    let mask = try MaskQuestion([
      .init(AxisStructure.filter, removing: .count(1)),
      .init(AxisStructure.channel, removing: .count(1)),
    ]).mask(of: source, generator: &generator)
    #expect(mask.tensor.shape == [4, 3])
    #expect(mask.tensor.elements == [1, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1])
    #expect(mask.ofBias?.tensor.elements == [1, 1, 0, 1])
    #expect(mask.structure.name == "filter + channel")
    let channels = try Self.mask(AxisStructure.channel, .count(1), by: NormScore.l1, of: source)
    #expect(channels.ofBias == nil)
  }

  // Against numpy and PyTorch.

  struct Case: Decodable {
    let seed: UInt64
    let structure: String
    let score: String
    let five: Bool
    let nan: Bool
    let rate: Double?
    let count: Int?
    let round: String?
    let normalize: Bool?
    let shapes: [[Int]]
    let groups: [[Int]]
    let scores: String
    let kept: Int
    let mask: String
    let mixed: Mixed?

    struct Mixed: Decodable {
      let structure: String
      let rate: Double

      init(from decoder: any Decoder) throws {
        var values = try decoder.unkeyedContainer()
        structure = try values.decode(String.self)
        rate = try values.decode(Double.self)
      }
    }
  }

  struct Content: Decodable { let cases: [Case] }

  /// The numbers of `record.py`: splitmix64.
  private struct Numbers {
    var state: UInt64

    mutating func below(_ count: UInt64) -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
      return (mixed ^ mixed >> 31) >> 33 % count
    }
  }

  private static func weights(_ seed: UInt64, _ shape: Shape, five: Bool, nan: Bool) -> Tensor {
    var numbers = Numbers(state: seed)
    let values: [Float] = [-1, -0.5, -0.0, 0.25, 0.5]
    var elements = (0..<shape.count).map { _ -> Float in
      five ? values[Int(numbers.below(5))] : (Float(numbers.below(257)) - 128) / 64
    }
    if nan { elements[Int(numbers.below(UInt64(shape.count)))] = .nan }
    return Tensor(elements, shape: shape)
  }

  private static func gradients(_ seed: UInt64, _ shape: Shape) -> Tensor {
    var numbers = Numbers(state: seed)
    return Tensor((0..<shape.count).map { _ in (Float(numbers.below(17)) - 8) / 8 }, shape: shape)
  }

  private static func structure(_ name: String) throws -> any SparseStructure {
    let parts = name.split(separator: "=")
    let sizes = parts.count < 2 ? [] : parts[1].split { "x:".contains($0) }.compactMap { Int($0) }
    switch parts[0] {
    case "block": return BlockStructure(rows: sizes[0], columns: sizes[1])
    case "vector": return VectorStructure(size: sizes[0])
    case "keep": return PatternStructure(kept: sizes[0], of: sizes[1])
    default: return try #require(AxisStructure.all.first { $0.name == name })
    }
  }

  private static func digest(_ bytes: some Sequence<UInt8>) -> String {
    let value = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }

  private static func bytes(_ tensor: Tensor) -> [UInt8] {
    tensor.elements.flatMap { element in
      withUnsafeBytes(of: (element.isNaN ? 12345 : element).bitPattern.littleEndian, Array.init)
    }
  }

  @Test func groupsAndScoresAreNumpysAndChoicesThoseOfTopk() throws {
    let cases = (try Fixture.read("structures/masks") as Content).cases
    #expect(cases.count == 1500)
    for found in cases {
      let structure = try Self.structure(found.structure)
      let rounding: Amount.Rounding = found.round == "even" ? .even : .int
      let amount = found.count.map { Amount.count($0) } ?? .share(found.rate ?? 0, rounding)
      var parts = [MaskQuestion.Part(structure, removing: amount)]
      if let mixed = found.mixed {
        parts.append(.init(try Self.structure(mixed.structure), removing: .share(mixed.rate, .int)))
      }
      var question = MaskQuestion(
        parts, by: try #require(Scores.all.first { $0.name == found.score }))
      question.normalizes = found.normalize == true
      question.isGlobal = found.shapes.count > 1
      let sources = found.shapes.enumerated().map { index, dimensions in
        let shape = Shape(dimensions)
        let seed = found.seed * 4 + UInt64(index)
        return ScoreSource(
          Variable(
            Self.weights(seed, shape, five: found.five, nan: found.nan && index == 0)),
          gradient: Self.gradients(seed + 7, shape),
          normalization: {
            Variable(Self.weights(seed + 11, [shape[0]], five: false, nan: false))
          })
      }
      var generator = Generator(seed: found.seed)
      let scores = try sources.map {
        try question.scores(of: $0, for: structure, generator: &generator).tensor
      }
      #expect(scores.map(\.shape.dimensions) == found.groups, "\(found)")
      #expect(Self.digest(scores.flatMap(Self.bytes)) == found.scores, "\(found)")
      generator = Generator(seed: found.seed)
      let masks = try question.masks(of: sources, generator: &generator)
      let kept = try masks.map { found.mixed == nil ? $0.tensor : try $0.spread() }
        .flatMap(\.elements)
      #expect(kept.count { $0 == 1 } == found.kept, "\(found)")
      #expect(Self.digest(kept.map { UInt8($0) }) == found.mask, "\(found)")
    }
  }
}
