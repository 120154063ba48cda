import Gradients
import Kernels
import Layers
import Pruning
import Tensors
import Testing

@testable import Compacting

struct CompactionTests {
  /// Whatever is cut out, each output is within its own bound of what it was.
  @Test(arguments: [UInt64](0..<8)) func outputsStayWithinTheBound(seed: UInt64) throws {
    var random = RandomNetworks(seed: 1000 + seed)
    var smaller = 0
    for number in 0..<50 {
      let (network, input, _) = try random.next()
      let tolerance = [1e-5, 1e-3, 10][number % 3]
      let compaction = try Compaction(of: network, input: input, tolerance: tolerance)
      let proof = try compaction.proof(on: Shape([5] + input.dimensions.dropFirst()))
      #expect(proof.holds, "seed \(1000 + seed), network \(number): \(network) \(proof)")
      if compaction.network.parameters.reduce(0, { $0 + $1.tensor.count })
        < network.parameters.reduce(0, { $0 + $1.tensor.count })
      {
        smaller += 1
      }
    }
    #expect(smaller > 10)
  }

  /// The bound is for the worst of all roundings: no less than the difference, and in the median of
  /// networks in which one layer is cut at most a hundred times as much.
  @Test func boundIsOfTheDifferencesOrder() throws {
    var random = RandomNetworks(seed: 2000)
    var ratios: [Float] = []
    for _ in 0..<200 {
      let (network, input, _) = try random.next()
      let compaction = try Compaction(of: network, input: input, tolerance: 1e-3)
      let proof = try compaction.proof(on: Shape([10] + input.dimensions.dropFirst()))
      let cut = compaction.cuts.values.count { !$0.inputs.removed.isEmpty }
      guard cut == 1, proof.difference > 0 else { continue }
      ratios.append((proof.rounding + proof.leftOut) / proof.difference)
    }
    ratios.sort()
    #expect(ratios.count > 20 && ratios[0] >= 1)
    #expect(ratios[ratios.count / 2] <= 100)
  }

  /// What the proof says of the outputs is what the networks give.
  @Test func proofIsOfTheNetworks() throws {
    var random = RandomNetworks(seed: 3000)
    for _ in 0..<40 {
      var (network, input, _) = try random.next()
      let compaction = try Compaction(of: network, input: input, tolerance: 1e-3)
      let proof = try compaction.proof(on: Shape([3] + input.dimensions.dropFirst()))
      var generator = Generator(seed: 0)
      let images = Variable(try generator.normal(shape: proof.inputs))
      var compacted = compaction.network
      let (old, new) = (
        try network.forward(images).tensor.elements, try compacted.forward(images).tensor.elements
      )
      #expect(zip(old, new).reduce(0) { max($0, abs($1.0 - $1.1)) } == proof.difference)
    }
  }

  /// One weight of the first layer that is off by a ten-thousandth of the largest is found, however much
  /// the bound of the outputs of a deep network would allow.
  @Test func aWrongWeightIsFound() throws {
    var generator = Generator(seed: 3)
    var layers: [any Layer] = []
    for (channels, filters) in [(1, 8), (8, 16), (16, 16), (16, 16), (16, 4)] {
      var layer = try Conv2d(
        Conv2d.Settings(channels, filters, kernelSize: 3), generator: &generator)
      layer.parts.weight.mask = try MaskQuestion.filters(share: 0.25).mask(
        of: ScoreSource(layer.parts.weight.variable), generator: &generator)
      layers += [layer, ReLULayer()]
    }
    var compaction = try Compaction(of: Network(layers), input: [1, 1, 12, 12], tolerance: 0)
    #expect(try compaction.proof(on: [4, 1, 12, 12]).holds)
    var first = try #require(compaction.network[child: "conv1"])
    try first.updateParameters { parameter in
      var isFirst = true
      return try parameter.tensor.map { value in
        defer { isFirst = false }
        return isFirst ? value + 1e-4 : value
      }
    }
    compaction.network[child: "conv1"] = first
    #expect(try !compaction.proof(on: [4, 1, 12, 12]).holds)
  }

  // MARK: By hand

  private static func convolution(
    _ channels: Int, _ filters: Int, kernel: Int = 1, padding: Int = 0, groups: Int = 1,
    weight: [Float], bias: [Float]? = nil, epsilon: Double? = nil
  ) throws -> Conv2d {
    var generator = Generator(seed: 0)
    var settings = Conv2d.Settings(channels, filters, kernelSize: Pair(kernel))
    settings.padding = .zeros(Pair(padding))
    settings.groups = groups
    settings.hasBias = bias != nil
    var layer = try Conv2d(settings, generator: &generator)
    let shape = layer.parts.weight.shape
    layer.parts.weight.parameter.tensor = Tensor(weight, shape: shape)
    layer.parts.bias?.tensor = Tensor(bias ?? [], shape: [filters])
    layer.parts.epsilon = epsilon
    return layer
  }

  /// Filter 1 is pruned and gives its bias 3; the next layer's bias becomes 10 + 3 · 5.
  @Test func constantsAreFolded() throws {
    let first = try Self.convolution(1, 2, weight: [2, 0], bias: [1, 3])
    let second = try Self.convolution(2, 1, weight: [4, 5], bias: [10])
    let compaction = try Compaction(
      of: Network([first, ReLULayer(), second]), input: [1, 1, 2, 2], tolerance: 0)
    let (conv1, conv2) = (
      try #require(compaction.network[child: "conv1"]),
      try #require(compaction.network[child: "conv2"])
    )
    #expect(conv1.weight?.tensor.elements == [2])
    #expect(conv1.bias?.tensor.elements == [1])
    #expect(conv2.weight?.tensor.elements == [4])
    #expect(conv2.bias?.tensor.elements == [25])
    #expect(compaction.stays.isEmpty)
  }

  /// A layer without bias gets one, and it is said.
  @Test func aBiasIsMade() throws {
    let first = try Self.convolution(1, 2, weight: [2, 0], bias: [1, 3])
    let second = try Self.convolution(2, 1, weight: [4, 5])
    let compaction = try Compaction(
      of: Network([first, second]), input: [1, 1, 2, 2], tolerance: 0)
    #expect(compaction.network[child: "conv2"]?.bias?.tensor.elements == [15])
    #expect(compaction.changes.map(\.hasNewBias) == [false, true])
  }

  /// Corners of a padded 3 × 3 layer of ones miss five of nine taps: 5 · 0.5 in the next layer's value.
  @Test func bordersDecide() throws {
    let first = try Self.convolution(1, 2, weight: [1, 0], bias: [0, 0.5])
    let second = try Self.convolution(
      2, 1, kernel: 3, padding: 1, weight: Array(repeating: 1, count: 18), bias: [0])
    let network = Network([first, second])
    let strict = try Compaction(of: network, input: [1, 1, 4, 4], tolerance: 2.4)
    #expect(strict.network[child: "conv1"]?.weight?.tensor.count == 2)
    guard case .border("conv2", let needs)? = strict.stays.first?.reason else {
      Issue.record("\(strict.stays)")
      return
    }
    #expect(abs(needs - 2.5) < 1e-5)
    let loose = try Compaction(of: network, input: [1, 1, 4, 4], tolerance: 2.51)
    #expect(loose.network[child: "conv1"]?.weight?.tensor.count == 1)
    let proof = try loose.proof(on: [2, 1, 4, 4])
    #expect(proof.holds && abs(proof.leftOut - 2.5) < 1e-5 && abs(proof.difference - 2.5) < 1e-5)
  }

  /// What a border is worth to the outputs: the taps that fall on padding with their signs, and only as
  /// far as later layers read the border. Here they add up to 1 or −1 along each edge and in each
  /// corner; times the constant 0.5.
  @Test func bordersKeepTheirSignsAndPlaces() throws {
    let first = try Self.convolution(1, 2, weight: [1, 0], bias: [0, 0.5])
    let second = try Self.convolution(
      2, 1, kernel: 3, padding: 1,
      weight: Array(repeating: 1, count: 9) + [1, -1, 1, 1, 0, -1, -1, -1, 1], bias: [0])
    func needs(_ layers: [any Layer]) throws -> Double? {
      let stays = try Compaction(
        of: Network([first, second] + layers), input: [1, 1, 6, 6], tolerance: 0
      ).stays
      guard case .border(_, let needs)? = stays.first?.reason else { return nil }
      return needs
    }
    // Above: 1 − 1 + 1; upper left: 1 − 1 + 1 + 1 − 1; below: −1 − 1 + 1; …
    #expect(abs(try #require(try needs([])) - 0.5) < 1e-5)
    let inside = try Self.convolution(
      1, 1, kernel: 3, weight: [0, 0, 0, 0, 5, 0, 0, 0, 0], bias: [0])
    #expect(try needs([ReLULayer(), inside]) == nil)
    let edges = try Self.convolution(
      1, 1, kernel: 3, weight: [0, 3, 0, 0, 0, 0, 0, 0, 0], bias: [0])
    #expect(abs(try #require(try needs([ReLULayer(), edges])) - 1.5) < 1e-4)
  }

  /// In a network as deep as VGG's first blocks the constant 1e-6 goes where no output can change by
  /// 1e-5; the product of the layers' largest sums of weights would be above it.
  @Test func smallConstantsGoFarFromTheOutputs() throws {
    var generator = Generator(seed: 7)
    var layers: [any Layer] = []
    for (channels, filters) in [(3, 16), (16, 16), (16, 32), (32, 32)] {
      var settings = Conv2d.Settings(channels, filters, kernelSize: 3)
      settings.padding = .zeros(1)
      settings.hasBias = false
      var layer = try Conv2d(settings, generator: &generator)
      layer.parts.weight.mask = try MaskQuestion.filters(share: 0.5).mask(
        of: ScoreSource(layer.parts.weight.variable), generator: &generator)
      layers += [layer, ReLULayer()]
    }
    layers += [
      MaxPool2d(Pooling(kernelSize: 2)), FlattenLayer(), try Linear(512, 4, generator: &generator),
    ]
    let compaction = try Compaction(of: Network(layers), input: [1, 3, 8, 8], tolerance: 1e-5)
    for number in 2...3 {
      let layer = try #require(compaction.network[child: "conv\(number)"]?.weight)
      #expect(layer.tensor.shape[0] == [16, 32][number - 2] / 2)
    }
    let proof = try compaction.proof(on: [2, 3, 8, 8])
    #expect(proof.holds && proof.difference < 1e-5)
  }

  /// Zeros around a 3 × 3 kernel go with the padding; without padding the output's size would differ.
  @Test func framesGo() throws {
    let weight: [Float] = [0, 0, 0, 0, 7, 0, 0, 0, 0]
    for (padding, size) in [(1, 1), (0, 3)] {
      let layer = try Self.convolution(1, 1, kernel: 3, padding: padding, weight: weight)
      let compaction = try Compaction(of: Network([layer]), input: [1, 1, 4, 4], tolerance: 0)
      let result = try #require(compaction.network[child: "conv1"])
      #expect(result.weight?.tensor.shape == [1, 1, size, size])
      #expect(try result.outputShape([1, 1, 4, 4]) == (try layer.outputShape([1, 1, 4, 4])))
    }
  }

  /// A channel of a residual sum goes only if both arms are constant there.
  @Test func armsAreTied() throws {
    func network(inner: [Float]) throws -> Network {
      Network([
        try Self.convolution(1, 2, weight: [1, 0]),
        Residual([try Self.convolution(2, 2, weight: inner)]),
        try Self.convolution(2, 1, weight: [1, 1]),
      ])
    }
    let varying = try Compaction(
      of: network(inner: [1, 1, 1, 1]), input: [1, 1, 2, 2], tolerance: 0)
    #expect(varying.network[child: "conv1"]?.weight?.tensor.count == 2)
    #expect(varying.stays == [.init(layer: "conv1", count: 1, reason: .varies(readBy: "conv2"))])
    let constant = try Compaction(
      of: network(inner: [1, 1, 0, 0]), input: [1, 1, 2, 2], tolerance: 0)
    #expect(constant.network[child: "conv1"]?.weight?.tensor.count == 1)
    #expect(constant.network[child: "residual1"]?[child: "conv1"]?.weight?.tensor.count == 1)
    #expect(constant.network[child: "conv2"]?.weight?.tensor.count == 1)
  }

  /// A block that adds nothing goes; one that adds a constant stays unless the tolerance allows it.
  @Test func blocksGo() throws {
    for (constant, tolerance, isGone) in [(0.0, 0.0, true), (0.25, 0.2, false), (0.25, 0.6, true)] {
      let inner = try Self.convolution(1, 1, weight: [0], epsilon: constant)
      let network = Network([
        try Self.convolution(1, 1, weight: [1]), Residual([inner]),
        try Self.convolution(1, 1, weight: [2]),
      ])
      let compaction = try Compaction(of: network, input: [1, 1, 2, 2], tolerance: tolerance)
      #expect((compaction.network[child: "residual1"] == nil) == isGone)
      let needs = compaction.stays.compactMap { stay in
        if case .block(let needs) = stay.reason { needs } else { nil }
      }
      #expect(isGone ? needs.isEmpty : needs.count == 1 && abs(needs[0] - 0.5) < 1e-5)
      #expect(try compaction.proof(on: [2, 1, 2, 2]).holds)
    }
  }

  /// A filter goes, whatever it computes, where the next layer ignores it.
  @Test func unreadFiltersGo() throws {
    let network = Network([
      try Self.convolution(1, 3, weight: [1, 2, 3], bias: [1, 1, 1]), SigmoidLayer(),
      FlattenLayer(),
      try Self.linear(12, 1, weight: (0..<12).map { $0 / 4 == 1 ? 0 : Float($0) }),
    ])
    let compaction = try Compaction(of: network, input: [1, 1, 2, 2], tolerance: 0)
    #expect(compaction.network[child: "conv1"]?.weight?.tensor.elements == [1, 3])
    #expect(
      compaction.network[child: "linear1"]?.weight?.tensor.elements == [0, 1, 2, 3, 8, 9, 10, 11])
  }

  private static func linear(_ inputs: Int, _ outputs: Int, weight: [Float]) throws -> Linear {
    var generator = Generator(seed: 0)
    var layer = try Linear(inputs, outputs, generator: &generator)
    layer.parts.weight.parameter.tensor = Tensor(weight, shape: [outputs, inputs])
    return layer
  }

  /// The network's outputs, groups, padded averages of constants other than 0, and one filter stay.
  @Test func whatMustStayStays() throws {
    let zero = try Self.convolution(1, 2, weight: [1, 0], bias: [1, 1])
    let output = try Compaction(of: Network([zero]), input: [1, 1, 2, 2], tolerance: 1)
    #expect(output.stays == [.init(layer: "conv1", count: 1, reason: .output)])
    let grouped = try Compaction(
      of: Network([zero, try Self.convolution(2, 2, groups: 2, weight: [1, 1])]),
      input: [1, 1, 2, 2], tolerance: 1)
    #expect(grouped.stays == [.init(layer: "conv1", count: 1, reason: .grouped("conv2"))])
    let averaged = try Compaction(
      of: Network([
        zero, AvgPool2d(Pooling(kernelSize: 2, padding: 1)),
        try Self.convolution(2, 1, weight: [1, 1]),
      ]), input: [1, 1, 2, 2], tolerance: 1)
    #expect(averaged.stays == [.init(layer: "conv1", count: 1, reason: .varies(readBy: "conv2"))])
    let allZero = try Self.convolution(1, 2, weight: [0, 0], bias: [1, 1])
    let last = try Compaction(
      of: Network([allZero, try Self.convolution(2, 1, weight: [1, 1])]), input: [1, 1, 2, 2],
      tolerance: 1)
    #expect(last.stays == [.init(layer: "conv1", count: 1, reason: .lastOne)])
    #expect(last.network[child: "conv1"]?.weight?.tensor.count == 1)
  }

  /// In evaluation mode the constant 1 becomes 1 / √(1 + 1e-5) · 4 + 5 in batch norm, and what sigmoid
  /// makes of that: 1 / (1 + e⁻⁹).
  @Test func constantsPassBatchNorm() throws {
    var norm = try BatchNorm2d(1)
    norm.updateParameters { Tensor([$0.tensor.elements == [1] ? 4 : 5], shape: [1]) }
    norm.isTraining = false
    let value = try #require(try norm.constant(1, inChannel: 0))
    // Fresh running statistics are 0 and 1.
    #expect(abs(Double(value) - (1 / (1 + 1e-5).squareRoot() * 4 + 5)) < 1e-5)
    let sigmoid = try #require(try SigmoidLayer().constant(value, inChannel: 0))
    #expect(abs(Double(sigmoid) - 0.9998766) < 1e-6)
    norm.isTraining = true
    #expect(try norm.constant(1, inChannel: 0) == nil)
  }

  /// The mean of nine 0.1 is not 0.1 in float32; what is folded is what the old network reads.
  @Test func constantsPassAverages() throws {
    let pooled = try #require(try AvgPool2d(Pooling(kernelSize: 3)).constant(0.1, inChannel: 0))
    #expect(pooled != 0.1 && abs(pooled - 0.1) < 1e-7)
    let first = try Self.convolution(1, 2, weight: [2, 0], bias: [1, 0.1])
    let second = try Self.convolution(2, 1, weight: [4, 5], bias: [10])
    let compaction = try Compaction(
      of: Network([first, AvgPool2d(Pooling(kernelSize: 3)), second]), input: [1, 1, 6, 6],
      tolerance: 0)
    #expect(compaction.network[child: "conv1"]?.weight?.tensor.elements == [2])
    #expect(try compaction.proof(on: [2, 1, 6, 6]).holds)
  }

  /// Columns of channels beside single features: nothing in a residual sum of both goes.
  @Test func flattenedArmsStay() throws {
    let network = Network([
      try Self.convolution(1, 2, weight: [1, 0], bias: [1, 1]), FlattenLayer(),
      Residual([try Self.linear(8, 8, weight: Array(repeating: 0.5, count: 64))]),
      try Self.linear(8, 1, weight: Array(repeating: 1, count: 8)),
    ])
    let compaction = try Compaction(of: network, input: [1, 1, 2, 2], tolerance: 1)
    #expect(compaction.network[child: "conv1"]?.weight?.tensor.count == 2)
    #expect(try compaction.proof(on: [2, 1, 2, 2]).holds)
  }

  /// A channel that is read with weights that are not finite stays: nothing bounds what they make.
  @Test(arguments: [Float.nan, .infinity]) func notANumberIsRead(weight: Float) throws {
    let first = try Self.convolution(1, 2, weight: [1, 0], bias: [0, 0.5])
    let second = try Self.convolution(2, 1, weight: [1, weight], bias: [0])
    let compaction = try Compaction(
      of: Network([first, second]), input: [1, 1, 4, 4], tolerance: 1)
    #expect(compaction.network[child: "conv1"]?.weight?.tensor.count == 2)
  }
}
