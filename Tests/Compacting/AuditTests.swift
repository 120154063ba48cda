import Gradients
import Kernels
import Layers
import Pruning
import Tensors
import Testing

@testable import Compacting

struct AuditTests {
  /// Two convolutions with a batch norm and a linear layer between and after, of random sizes.
  private struct Networks {
    var generator: Generator

    init(_ seed: UInt64) { generator = Generator(seed: seed) }

    mutating func pick(_ range: ClosedRange<Int64>) -> Int {
      Int(generator.integer(low: range.lowerBound, below: range.upperBound + 1))
    }

    mutating func next() throws -> Network {
      let (first, second) = (pick(24...40), 4 * pick(6...10))
      var network = Network([
        try Conv2d(.init(8, first, kernelSize: 3), generator: &generator), ReLULayer(),
        try Conv2d(.init(first, second, kernelSize: 3), generator: &generator),
        try BatchNorm2d(second), ReLULayer(), FlattenLayer(),
        try Linear(second * 4, 30, generator: &generator),
      ])
      network.isTraining = false
      return network
    }

    mutating func mask(
      _ structure: AxisStructure, share: Double, of weight: Tensor
    ) throws -> Mask {
      try MaskQuestion([.init(structure, removing: .share(share, .int))]).mask(
        of: ScoreSource(Variable(weight)), generator: &generator)
    }
  }

  private static let layers = ["conv1", "conv2", "linear1"]
  private static let input: Shape = [1, 8, 6, 6]

  private static func audit(_ network: Network, before: Network? = nil) throws -> Audit {
    try Audit(of: network, called: "n", before: before.map { ("b", $0) }, input: input)
  }

  private static func changing(
    _ name: String, of network: inout Network, _ body: (inout Affine) throws -> Void
  ) throws {
    var layer = try #require(network[child: name])
    var affine = try #require(layer.affine)
    try body(&affine)
    layer.affine = affine
    network[child: name] = layer
  }

  /// Expects that the check is found in the layer, and no other finding in any.
  private static func expect(
    _ check: String, in layer: String, _ audit: Audit, _ sourceLocation: SourceLocation
  ) {
    let findings = audit.entries.filter(\.isFinding)
    #expect(
      findings.map { "\($0.layer) \($0.check)" } == ["n.\(layer) \(check)"], "\(findings)",
      sourceLocation: sourceLocation)
  }

  /// Plants a mistake in one layer of 50 networks and looks whether it is found.
  private static func plant(
    _ check: String, in layers: [String] = layers, seed: UInt64,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (inout Networks, inout Affine) throws -> Void
  ) throws {
    var networks = Networks(seed)
    for number in 0..<50 {
      var network = try networks.next()
      let layer = layers[number % layers.count]
      try changing(layer, of: &network) { try body(&networks, &$0) }
      expect(check, in: layer, try audit(network), sourceLocation)
    }
  }

  @Test func invertedMasks() throws {
    let structures = [AxisStructure.filter, .channel, .connection]
    var number = 0
    try Self.plant("inverted mask", seed: 1) { networks, affine in
      let weight = affine.weight.parameter.tensor
      let mask = try networks.mask(structures[number % 3], share: 0.5, of: weight)
      affine.weight.mask = Mask(
        try mask.tensor.map { 1 - $0 }, of: mask.partition, as: mask.structure)
      number += 1
    }
  }

  @Test func scoresFromPrunedWeights() throws {
    try Self.plant("scores from pruned weights", seed: 2) { networks, affine in
      let shape = affine.weight.shape
      try affine.weight.prune(
        mask: try Mask(
          Tensor(
            try networks.generator.uniform(shape: [shape[0]], low: 0, high: 1).elements.map {
              $0 < 0.4 ? 0 : 1
            }, shape: [shape[0]]), for: shape))
      affine.weight.mask = try networks.mask(
        .filter, share: 0.5, of: affine.weight.variable.tensor)
    }
  }

  @Test func masksThatWereNotKept() throws {
    var networks = Networks(3)
    for number in 0..<50 {
      let network = try networks.next()
      let layer = Self.layers[number % 3]
      var masked = network
      try Self.changing(layer, of: &masked) {
        $0.weight.mask = try networks.mask(.filter, share: 0.25, of: $0.weight.parameter.tensor)
      }
      let audit = try Self.audit(network, before: masked)
      Self.expect("mask not kept", in: layer, audit, #_sourceLocation)
    }
  }

  @Test func zerosWithoutMasks() throws {
    let structures = [AxisStructure.filter, .channel, .connection]
    var number = 0
    try Self.plant("zeros without a mask", seed: 4) { networks, affine in
      let weight = affine.weight.parameter.tensor
      let mask = try networks.mask(structures[number % 3], share: 0.3, of: weight)
      affine.weight.parameter.tensor = try mask.applied(to: weight)
      number += 1
    }
  }

  @Test func flattenedPatterns() throws {
    try Self.plant("flattened N:M", in: ["conv1", "conv2"], seed: 5) { networks, affine in
      let weight = affine.weight.parameter.tensor
      let flat = weight.reshaped([weight.count / 4, 4])
      let mask = PatternStructure(kept: 2, of: 4)
      let question = MaskQuestion([.init(mask)])
      let chosen = try question.mask(
        of: ScoreSource(Variable(flat)), generator: &networks.generator)
      affine.weight.mask = try Mask(chosen.spread().reshaped(weight.shape), for: weight.shape)
    }
  }

  @Test func emptyLayers() throws {
    try Self.plant("empty layer", seed: 6) { _, affine in
      let shape = affine.weight.shape
      affine.weight.mask = try Mask(Tensor(repeating: 0, shape: [shape[0]]), for: shape)
    }
  }

  /// Three steps towards an output of zeros.
  private static func train(_ network: inout Network, _ generator: inout Generator) throws {
    for _ in 0..<3 {
      let images = try generator.normal(shape: [4, 8, 6, 6])
      let output = try network.forward(Variable(images))
      let loss = try Variable(Sum(), Variable(Multiply(), output, output))
      let gradients = try Backward.gradients(of: loss, upstream: Tensor(scalar: 1)).leaves
      try network.descend(rate: 1e-4) { gradients[$0] }
    }
  }

  /// Dense, masked and pruned networks, also after training steps, have no findings.
  @Test func cleanNetworksHaveNone() throws {
    var networks = Networks(7)
    for number in 0..<200 {
      var network = try networks.next()
      let dense = network
      let structure = [AxisStructure.filter, .channel, .connection][number % 3]
      for name in Self.layers where number % 4 > 0 {
        try Self.changing(name, of: &network) { affine in
          let mask = try networks.mask(structure, share: 0.5, of: affine.weight.parameter.tensor)
          if number % 4 == 3 {
            try affine.weight.prune(mask: mask)
          } else {
            affine.weight.mask = mask
          }
        }
      }
      if number % 8 >= 4 { try Self.train(&network, &networks.generator) }
      let audit = try Self.audit(network, before: number % 2 == 0 ? dense : nil)
      let findings = audit.entries.filter(\.isFinding)
      #expect(findings.isEmpty, "network \(number): \(findings)")
    }
  }

  /// What is a cost is a remark, and what cannot be decided is said.
  @Test func remarksAndWhatIsUndecided() throws {
    var networks = Networks(8)
    var network = try networks.next()
    try Self.changing("conv2", of: &network) {
      try $0.weight.prune(
        mask: try networks.mask(.filter, share: 0.25, of: $0.weight.parameter.tensor))
    }
    let audit = try Self.audit(network)
    #expect(
      audit.entries.map { "\($0.layer) \($0.check)" } == [
        "n.linear1 reads constants", "n.conv2 bias left on",
        "n.batchnorm1 constant after batch norm",
      ])
    #expect(
      audit.undecided.contains(
        .init(check: "inverted mask", missing: "a mask", layers: ["n.conv1", "n.linear1"])))
    network.isTraining = true
    #expect(
      try Self.audit(network).undecided.contains(
        .init(
          check: "constant after batch norm", missing: "evaluation mode (eval)",
          layers: ["n.batchnorm1"])))
  }

  /// U of two groups, and its chance: of 12 below 12 one in 2,704,156; of 10 below 10 one in 184,756.
  @Test func chancesAreCounted() {
    func numbers(_ range: Range<Int>) -> [Float] { range.map(Float.init) }
    let beyond = RankTest(numbers(0..<12), below: numbers(12..<24))
    #expect(beyond.smaller == 144 && beyond.pairs == 144 && beyond.isBeyondChance)
    #expect(!RankTest(numbers(0..<10), below: numbers(10..<20)).isBeyondChance)
    #expect(RankTest(numbers(12..<24), below: numbers(0..<12)).smaller == 0)
    let withNaN = RankTest([.nan, 1, 2], below: [3, .nan])
    #expect(withNaN.pairs == 2 && withNaN.smaller == 2 && !withNaN.isBeyondChance)
    #expect(RankTest([.nan], below: [.nan]).pairs == 0)
    let equal = RankTest([1, 1], below: [1, 1])
    #expect(equal.smaller == 2 && !equal.isBeyondChance)
    #expect(RankTest(numbers(0..<200), below: numbers(200..<400)).isBeyondChance)
    let mixed = RankTest(
      numbers(0..<400).filter { Int($0) % 2 == 0 },
      below: numbers(0..<400).filter { Int($0) % 2 == 1 })
    #expect(!mixed.isBeyondChance)
  }
}
