import Gradients
import Layers
import Tensors

extension Row {
  /// Operations by themselves, each through the engine's own interface: those that wait for memory,
  /// and matrix products.
  static var passes: [Row] { elementwise + pooling + normalization + linear }

  private static func planes() throws -> Tensor {
    var generator = Generator(seed: 0)
    return try generator.normal(shape: [16, 128, 28, 28])
  }

  private static var elementwise: [Row] {
    [
      Row(name: "pass/relu") {
        let input = try planes()
        return { _ = try ReLU().forward([input]) }
      },
      Row(name: "pass/relu-gradient") {
        let input = try planes()
        let pass = try ForwardPass(of: ReLU(), [input])
        return { _ = try ReLU().gradients(input, after: pass) }
      },
      Row(name: "pass/sgd") {
        let (weight, gradient) = (try planes(), try planes())
        return { _ = try weight.adding(gradient, times: -0.01) }
      },
    ]
  }

  private static var pooling: [Row] {
    [
      Row(name: "pass/maxpool") {
        let input = try planes()
        let pool = try MaxPool(PoolingWindow(kernel: 2), input: input.shape)
        return { _ = try pool.forward([input]) }
      }
    ]
  }

  private static var normalization: [Row] {
    let normalize = BatchNormalize(statistics: .batch)
    return [
      Row(name: "pass/batchnorm") {
        let inputs = try normalizationInputs()
        return { _ = try normalize.forward(inputs) }
      },
      Row(name: "pass/batchnorm-gradient") {
        let inputs = try normalizationInputs()
        let pass = try ForwardPass(of: normalize, inputs)
        return { _ = try normalize.gradients(inputs[0], after: pass) }
      },
      Row(name: "pass/cross-entropy") {
        var generator = Generator(seed: 0)
        let scores = Variable(
          try generator.normal(shape: [1024, 1000]), source: .leaf(Leaf(isParameter: true)))
        let classes = Tensor((0..<1024).map { Float($0 % 1000) }, shape: [1024])
        let one = Tensor(scalar: 1)
        return {
          let loss = try Loss.crossEntropy(scores, target: classes)
          _ = try Backward.gradients(of: loss, upstream: one)
        }
      },
    ]
  }

  private static func normalizationInputs() throws -> [Tensor] {
    let channels: Shape = [128]
    return [
      try planes(), try Tensor(repeating: 1, shape: channels),
      try Tensor(repeating: 0, shape: channels),
    ]
  }

  private static var linear: [Row] {
    let parts = ["forward", "input-gradient", "weight-gradient"]
    return parts.enumerated().map { index, part in
      Row(name: "linear/64,800,500/\(part)") {
        var generator = Generator(seed: 0)
        let inputs = [
          try generator.normal(shape: [64, 800]), try generator.normal(shape: [500, 800]),
        ]
        let upstream = try generator.normal(shape: [64, 500])
        let map = LinearMap(hasBias: false)
        let pass = ForwardPass(
          inputs: inputs, output: upstream, wanted: [index == 1, index == 2])
        return {
          if index == 0 {
            _ = try map.forward(inputs)
          } else {
            _ = try map.gradients(upstream, after: pass)
          }
        }
      }
    }
  }
}
