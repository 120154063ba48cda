import Gradients
import Layers
import Pruning
import Tensors

extension Row {
  /// One training step of LeNet 20-50-500 on 64 images of 28 × 28: forward, cross-entropy,
  /// backward, gradient descent. Dense, and with three quarters of both convolutions' filters masked,
  /// whose weights learn on.
  static var lenet: [Row] {
    [0, 75].map { percent in
      Row(name: percent == 0 ? "lenet" : "lenet/\(percent)") {
        var generator = Generator(seed: 0)
        var network = try lenet(&generator)
        try maskConvolutions(of: &network, percent, &generator)
        let images = Variable(try generator.normal(shape: [64, 1, 28, 28]))
        let classes = Tensor((0..<64).map { Float($0 % 10) }, shape: [64])
        let one = Tensor(scalar: 1)
        return {
          let loss = try Loss.crossEntropy(network.forward(images), target: classes)
          let gradients = try Backward.gradients(of: loss, upstream: one).leaves
          try network.descend(rate: 0.01) { gradients[$0] }
        }
      }
    }
  }

  /// Masks so many percent of the filters of each convolution.
  static func maskConvolutions(
    of network: inout Network, _ percent: Int, _ generator: inout Generator
  ) throws {
    guard percent > 0 else { return }
    try network.forEachChild { _, layer in
      guard let convolution = layer as? Conv2d else { return }
      layer.affine?.weight.mask = try MaskQuestion.filters(share: Double(percent) / 100).mask(
        of: ScoreSource(convolution.parts.weight.variable), generator: &generator)
    }
  }

  static func lenet(_ generator: inout Generator) throws -> Network {
    func convolution(_ channels: Int, _ filters: Int) throws -> Conv2d {
      var layer = try Conv2d(.init(channels, filters, kernelSize: 5), generator: &generator)
      layer.affine?.epsilon = nil
      return layer
    }
    let pool = MaxPool2d(Pooling(kernelSize: 2))
    return Network([
      try convolution(1, 20), pool, try convolution(20, 50), pool, FlattenLayer(),
      try Linear(800, 500, generator: &generator), ReLULayer(),
      try Linear(500, 10, generator: &generator),
    ])
  }
}
