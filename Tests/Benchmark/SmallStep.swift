import Gradients
import Layers
import Tensors

extension Row {
  /// The published notebook's input.
  static let publishedInput: [Float] = [
    -0.49214, -0.163888, 0.047251, -0.115947, -0.985937, -0.136846, 2.477597, 0.725833,
    -0.119405, 1.326414, -1.284957, 1.451841, 0.901661, 1.491614, -0.780653, -0.502849,
  ]

  /// Forward, relu, sum and backward of the published layer, through the engine's own interface.
  static var smallSteps: [Row] {
    [
      Row(name: "small-step", steps: 200) {
        var generator = Generator(seed: 0)
        var settings = Conv2d.Settings(1, 2, kernelSize: 3)
        settings.padding = .zeros(1)
        settings.hasBias = false
        var layer = try Conv2d(settings, generator: &generator)
        layer.affine?.epsilon = nil
        let input = Variable(Tensor(publishedInput, shape: [1, 1, 4, 4]))
        let one = Tensor(scalar: 1)
        return {
          for _ in 0..<200 {
            let sum = try Variable(Sum(), Variable(ReLU(), layer.forward(input)))
            _ = try Backward.gradients(of: sum, upstream: one)
          }
        }
      }
    ]
  }
}
