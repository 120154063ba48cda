import Gradients
import Kernels
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
          network.descend(gradients, rate: 0.01)
        }
      }
    ]
  }

  private static func lenet(_ generator: inout Generator) throws -> Network {
    func convolution(_ channels: Int, _ filters: Int) throws -> Network.Content {
      var layer = try Conv2d(.init(channels, filters, kernelSize: 5), generator: &generator)
      layer.epsilon = nil
      return .layer(layer)
    }
    let pool = Network.Content.function(.maxPool(PoolingWindow(kernelSize: 2)))
    return Network([
      try convolution(1, 20), pool, try convolution(20, 50), pool, .function(.flatten),
      .layer(try Linear(800, 500, generator: &generator)), .function(.relu),
      .layer(try Linear(500, 10, generator: &generator)),
    ])
  }
}

extension Network {
  /// One step of gradient descent for every parameter.
  fileprivate mutating func descend(_ gradients: [Leaf: Tensor], rate: Float) {
    updateParameters { parameter in
      guard let gradient = gradients[parameter.leaf] else { return parameter.tensor }
      var tensor = parameter.tensor
      tensor.elements.withUnsafeMutableBufferPointer { target in
        gradient.withPointer { source in
          guard let base = target.baseAddress else { return }
          // Nothing cancels a benchmark.
          try? Elementwise.add(source, times: -rate, to: base, count: target.count)
        }
      }
      return tensor
    }
  }
}
