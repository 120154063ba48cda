import Gradients
import Tensors
import TestSupport
import Testing

@testable import Layers

/// What holds for every layer, and what is particular to linear and batch normalization.
struct LayerTests {
  private func layers() throws -> [(layer: any Layer, input: Shape)] {
    var generator = Generator(seed: 1)
    let convolution = try Conv2d(.init(2, 3, kernelSize: 2), generator: &generator)
    let linear = try Linear(4, 3, hasBias: false, generator: &generator)
    let network = Network([
      try BatchNorm2d(1), ReLULayer(), FlattenLayer(), try Linear(9, 2, generator: &generator),
    ])
    return [
      (convolution, [1, 2, 4, 4]), (linear, [3, 4]), (try BatchNorm2d(2), [2, 2, 3, 1]),
      (network, [1, 1, 3, 3]),
    ]
  }

  @Test func foretellsItsShape() throws {
    for (layer, shape) in try layers() {
      var layer = layer
      let value = try layer.forward(Variable(Tensor(repeating: 1, shape: shape)))
      let foretold = try layer.outputShape(shape)
      #expect(foretold == value.tensor.shape)
      #expect(value.requiresGradient)
    }
  }

  @Test func whatItDrawsFits() throws {
    for (layer, _) in try layers() {
      let shape = try layer.outputShape(layer.drawnInput)
      #expect(shape.count > 0)
    }
  }

  @Test func aCopyHasParametersOfItsOwn() throws {
    for (layer, _) in try layers() {
      let copy: any Layer = try layer.copy()
      let (before, after) = (layer.parameters, copy.parameters)
      let texts = (layer.description, copy.description)
      #expect(before.count == after.count)
      for (old, new) in zip(before, after) {
        #expect(old.leaf != new.leaf && old.tensor.isIdentical(to: new.tensor))
      }
      #expect(texts.0 == texts.1)
    }
  }

  @Test func multiplyAddsAreThoseOfPlainLoops() throws {
    let found = try layers().map { $0.layer.multiplyAdds($0.input) }
    #expect(found == [3 * 3 * 3 * 2 * 4, 3 * 3 * 4, 12, 9 + 18])
  }

  @Test func batchNormNeedsMoreThanOneValue() throws {
    var layer = try BatchNorm2d(2)
    let shape: Shape = [1, 2, 1, 1]
    #expect(throws: LayerError.self) { try layer.outputShape(shape) }
    layer.isTraining = false
    #expect(try layer.outputShape(shape) == shape)
  }

  /// By hand: mean 2, variance 1 (unbiased 2); a tenth of the way from 0 and 1.
  @Test func runningStatisticsMoveInTrainingModeOnly() throws {
    var layer = try BatchNorm2d(1)
    let input = Variable(Tensor([1, 3], shape: [1, 1, 1, 2]))
    _ = try layer.forward(input)
    #expect(FloatDifference(layer.runningMean.elements, near: [0.2], tolerance: 1e-6) == nil)
    #expect(FloatDifference(layer.runningVariance.elements, near: [1.1], tolerance: 1e-6) == nil)
    layer.isTraining = false
    let before = layer.runningMean
    _ = try layer.forward(input)
    #expect(layer.runningMean.isIdentical(to: before))
  }

  /// A network that an input cannot run through leaves its running statistics as they were.
  @Test func aNetworkThatFailsHasNotMoved() throws {
    var generator = Generator(seed: 1)
    var network = Network([
      try BatchNorm2d(1), try Linear(9, 2, generator: &generator),
    ])
    #expect(throws: LayerError.self) {
      try network.forward(Variable(Tensor([1, 3], shape: [1, 1, 1, 2])))
    }
    #expect((network[child: "batchnorm1"] as? BatchNorm2d)?.runningMean.elements == [0])
    #expect(network.description.hasPrefix("Sequential(\n  (0): BatchNorm2d(1, "))
    #expect(Network([]).description == "Sequential()")
  }

  /// `network.eval()` reaches every layer, and `train()` takes it back.
  @Test func aNetworksModeIsThatOfItsLayers() throws {
    var network = Network([try BatchNorm2d(1), ReLULayer(), try BatchNorm2d(1)])
    func modes() -> [Bool] {
      network.children.map(\.layer).compactMap { ($0 as? BatchNorm2d)?.isTraining }
    }
    #expect(modes() == [true, true])
    network.isTraining = false
    #expect(modes() == [false, false])
    network.isTraining = true
    #expect(modes() == [true, true])
  }

  @Test func anEmptyInputIsRefused() throws {
    var generator = Generator()
    let linear = try Linear(3, 2, generator: &generator)
    let convolution = try Conv2d(.init(2, 1, kernelSize: 1), generator: &generator)
    #expect(linear.refusal(of: [0, 3]) == "the input of shape [0, 3] has no elements")
    for layer in [convolution, try BatchNorm2d(2)] as [any Layer] {
      #expect(layer.refusal(of: [0, 2, 3, 3]) == "the input of shape [0, 2, 3, 3] has no elements")
    }
  }
}
