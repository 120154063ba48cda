import Gradients
import Layers
import Tensors

extension Row {
  /// One training step of LeNet 20-50-500 on 64 images of 28 × 28: forward, cross-entropy,
  /// backward, gradient descent.
  static var lenet: [Row] {
    [
      Row(name: "lenet") {
        var generator = Generator(seed: 0)
        var network = try lenet(&generator)
        let images = Variable(try generator.normal(shape: [64, 1, 28, 28]))
        let classes = Tensor((0..<64).map { Float($0 % 10) }, shape: [64])
        let one = Tensor(scalar: 1)
        return {
          let loss = try Loss.crossEntropy(network.forward(images), target: classes)
          let gradients = try Backward.gradients(of: loss, upstream: one).leaves
          try network.descend(rate: 0.01) { gradients[$0] }
        }
      }
    ]
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
