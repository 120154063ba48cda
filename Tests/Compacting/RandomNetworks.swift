import Gradients
import Kernels
import Layers
import Pruning
import Tensors

/// Networks with masks, made at random: two to four layers with weights, batch norms, activations,
/// pooling, padding, residual sums.
struct RandomNetworks {
  var generator: Generator

  init(seed: UInt64) { generator = Generator(seed: seed) }

  mutating func pick(_ count: Int) -> Int { Int(generator.integer(low: 0, below: Int64(count))) }

  /// A network in evaluation mode, the shape of an image for it, and how many layers have weights.
  mutating func next() throws -> (network: Network, input: Shape, weighted: Int) {
    let weighted = 2 + pick(3)
    let hasHead = pick(2) == 0
    var channels = 1 + pick(3)
    let input: Shape = [1, channels, 8, 8]
    var layers: [any Layer] = []
    for index in 0..<(hasHead ? weighted - 1 : weighted) {
      if index > 0, pick(4) == 0 {
        let inner = try convolution(channels, channels, isPadded: true)
        let outer = try convolution(channels, channels, isPadded: true)
        layers.append(Residual([inner] + activation() + [outer]))
      } else {
        let filters = 2 + pick(7)
        layers.append(try convolution(channels, filters, isPadded: pick(2) == 0))
        channels = filters
      }
      if pick(3) == 0 { layers.append(try normalization(channels)) }
      layers += activation()
    }
    if pick(3) == 0 {
      layers.append(
        pick(2) == 0
          ? MaxPool2d(Pooling(kernelSize: 2)) : AvgPool2d(Pooling(kernelSize: 2)))
    }
    if hasHead {
      let side = try Network(layers).outputShape(input)
      layers.append(FlattenLayer())
      layers.append(
        try Linear(side.droppingFirst.count, 2 + pick(4), generator: &generator))
    }
    var network = Network(layers)
    _ = try network.forward(
      Variable(try generator.normal(shape: Shape([4] + input.dimensions.dropFirst()))))
    network.isTraining = false
    return (network, input, weighted)
  }

  private mutating func convolution(
    _ channels: Int, _ filters: Int, isPadded: Bool
  ) throws -> Conv2d {
    var settings = Conv2d.Settings(channels, filters, kernelSize: isPadded || pick(3) > 0 ? 3 : 1)
    if isPadded { settings.padding = .zeros(1) }
    settings.hasBias = pick(3) > 0
    var layer = try Conv2d(settings, generator: &generator)
    let rate = [0, 0.25, 0.5, 0.75][pick(4)]
    switch pick(4) {
    case 0:
      try layer.parts.weight.prune(
        mask: try MaskQuestion.filters(share: rate).mask(
          of: ScoreSource(layer.parts.weight.variable), generator: &generator))
    case 1:
      layer.parts.weight.mask = try MaskQuestion(
        [.init(AxisStructure.channel, removing: .share(rate, .int))]
      ).mask(of: ScoreSource(layer.parts.weight.variable), generator: &generator)
    default:
      layer.parts.weight.mask = try MaskQuestion.filters(share: rate).mask(
        of: ScoreSource(layer.parts.weight.variable), generator: &generator)
    }
    if pick(4) == 0 { layer.parts.epsilon = nil }
    return layer
  }

  private mutating func normalization(_ channels: Int) throws -> BatchNorm2d {
    var layer = try BatchNorm2d(channels)
    var random = generator
    try layer.updateParameters {
      try random.uniform(shape: $0.tensor.shape, low: -0.5, high: 1.5)
    }
    generator = random
    return layer
  }

  private mutating func activation() -> [any Layer] {
    [
      [], [ReLULayer()], [ReLULayer()], [SigmoidLayer()], [TanhLayer()],
      [LeakyReLULayer(slope: 0.1)],
    ][
      pick(6)]
  }
}
