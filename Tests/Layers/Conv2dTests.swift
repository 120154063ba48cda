import Gradients
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Layers

struct Conv2dTests {
  struct Description: Decodable {
    let stride: Int?
    let padding: Int?
    let dilation: Int?
    let groups: Int?
    let bias: Bool?
    let text: String

    var settings: Conv2d.Settings {
      var settings = Conv2d.Settings(4, 6, kernelSize: 3)
      if let stride { settings.stride = Pair(stride) }
      if let padding { settings.padding = .zeros(Pair(padding)) }
      if let dilation { settings.dilation = Pair(dilation) }
      settings.groups = groups ?? settings.groups
      settings.hasBias = bias ?? settings.hasBias
      return settings
    }
  }

  struct Initial: Decodable {
    let seed: String
    let `in`: Int
    let out: Int
    let kernel: Int
    let groups: Int
    let weight: Floats
    let bias: Floats?
    let next: Floats
  }

  @Test func printsAsPyTorchPrints() throws {
    struct Content: Decodable { let descriptions: [Description] }
    let content: Content = try Fixture.read("layers")
    for description in content.descriptions {
      var generator = Generator()
      let layer = try Conv2d(description.settings, generator: &generator)
      #expect(layer.description == description.text)
    }
  }

  @Test func beginsWithPyTorchsValues() throws {
    struct Content: Decodable { let layers: [Initial] }
    let content: Content = try Fixture.read("generator")
    #expect(content.layers.count == 8)
    for initial in content.layers {
      var generator = Generator(seed: try #require(UInt64(initial.seed)))
      var settings = Conv2d.Settings(initial.in, initial.out, kernelSize: Pair(initial.kernel))
      settings.groups = initial.groups
      settings.hasBias = initial.bias != nil
      let layer = try Conv2d(settings, generator: &generator)
      #expect(
        layer.weight.tensor.shape
          == [initial.out, (initial.in) / initial.groups, initial.kernel, initial.kernel])
      #expect(FloatDifference(layer.weight.tensor.elements, initial.weight.values) == nil)
      if let bias = initial.bias {
        let found = try #require(layer.bias).tensor
        #expect(FloatDifference(found.elements, bias.values) == nil)
      } else {
        #expect(layer.bias == nil)
      }
      let next = try generator.normal(shape: [3])
      #expect(FloatDifference(next.elements, initial.next.values) == nil)
    }
  }

  @Test func aCopyHasLeavesOfItsOwn() throws {
    var generator = Generator()
    var layer = try Conv2d(.init(1, 4, kernelSize: 3), generator: &generator)
    try layer.calculateMask(rate: 0.5)
    try layer.prune(rate: 0.25)
    layer.epsilon = 0.5
    var copy = try layer.copy()
    #expect(copy.dense.leaf != layer.dense.leaf)
    #expect(copy.bias?.leaf != layer.bias?.leaf)
    #expect(copy.weight.tensor.isIdentical(to: layer.weight.tensor))
    #expect(copy.mask?.elements == layer.mask?.elements)
    #expect(copy.weightMask?.elements == layer.weightMask?.elements)
    #expect(copy.epsilon == 0.5)
    // The gradient of the copy's output reaches the copy's leaves and no others.
    let input = Variable(try generator.normal(shape: [1, 1, 4, 4]))
    let output = try copy.forward(input)
    let map = try Backward.gradients(
      of: output, upstream: Tensor(repeating: 1, shape: output.tensor.shape))
    #expect(Set(map.leaves.keys) == Set(copy.parameters.map(\.leaf)))
    try copy.updateParameters { try $0.tensor.map { _ in 0 } }
    #expect(layer.dense.tensor.elements.contains { $0 != 0 })
  }

  @Test func parametersStandInPyTorchsOrder() throws {
    var generator = Generator()
    var layer = try Conv2d(.init(1, 4, kernelSize: 3), generator: &generator)
    let (weight, bias) = (layer.dense.leaf, try #require(layer.bias).leaf)
    #expect(layer.parameters.map(\.leaf) == [weight, bias])
    try layer.prune(rate: 0.5)
    #expect(layer.parameters.map(\.leaf) == [bias, weight])
  }

  @Test func tellsWhichFiltersTakePart() throws {
    var generator = Generator()
    var layer = try Conv2d(.init(1, 4, kernelSize: 1), generator: &generator)
    layer.setWeight(Tensor([4, 1, 3, 2], shape: [4, 1, 1, 1]))
    #expect(layer.filterMask == nil)
    #expect(layer.filtersLeft == 4)
    try layer.prune(rate: 0.25)
    #expect(layer.filterMask == [1, 0, 1, 1])
    layer.mask = Tensor([1, 1, 1, 0], shape: [4])
    #expect(layer.filterMask == [1, 0, 1, 0])
    #expect(layer.filtersLeft == 3)
    #expect(layer.isPruned)
  }
}
