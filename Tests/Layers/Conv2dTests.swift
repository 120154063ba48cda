import Gradients
import Kernels
import Pruning
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
        layer.affine?.weight.shape
          == [initial.out, (initial.in) / initial.groups, initial.kernel, initial.kernel])
      #expect(
        FloatDifference(try #require(layer.weight).tensor.elements, initial.weight.values) == nil)
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
    try layer.affine?.weight.calculateMask(rate: 0.5)
    try layer.affine?.weight.prune(.filters(share: 0.25), generator: &generator)
    layer.affine?.epsilon = 0.5
    var copy = try layer.copy()
    let (old, new) = (try #require(layer.affine), try #require(copy.affine))
    #expect(new.weight.parameter.leaf != old.weight.parameter.leaf)
    #expect(new.bias?.leaf != old.bias?.leaf)
    #expect(new.weight.variable.tensor.isIdentical(to: old.weight.variable.tensor))
    #expect(new.weight.mask?.tensor.elements == old.weight.mask?.tensor.elements)
    #expect(new.weight.pruning?.tensor.elements == old.weight.pruning?.tensor.elements)
    #expect(new.epsilon == 0.5)
    // The gradient of the copy's output reaches the copy's leaves and no others.
    let input = Variable(try generator.normal(shape: [1, 1, 4, 4]))
    let output = try copy.forward(input)
    let map = try Backward.gradients(
      of: output, upstream: Tensor(repeating: 1, shape: output.tensor.shape))
    #expect(Set(map.leaves.keys) == Set(copy.parameters.map(\.leaf)))
    try copy.updateParameters { try $0.tensor.map { _ in 0 } }
    #expect(old.weight.parameter.tensor.elements.contains { $0 != 0 })
  }

  @Test func parametersStandInPyTorchsOrder() throws {
    var generator = Generator()
    var layer = try Conv2d(.init(1, 4, kernelSize: 3), generator: &generator)
    #expect(layer.namedParameters.map(\.name) == ["weight", "bias"])
    let leaf = try #require(layer.weight).leaf
    try layer.affine?.weight.prune(.filters(share: 0.5), generator: &generator)
    #expect(layer.namedParameters.map(\.name) == ["bias", "weight_orig"])
    #expect(layer.weight?.leaf == leaf)
    #expect(layer.weightAndBias.map(\.name) == ["weight_orig", "bias"])
    // PyTorch never moves it back.
    try layer.affine?.weight.removePruning()
    #expect(layer.namedParameters.map(\.name) == ["bias", "weight"])
  }

  /// What `state_dict()` of PyTorch 2.15.0 has for such layers, in its order.
  @Test func itsStateIsPyTorchs() throws {
    var generator = Generator()
    var pruned = try Conv2d(.init(1, 2, kernelSize: 3), generator: &generator)
    try pruned.affine?.weight.prune(.filters(share: 0.5), generator: &generator)
    try pruned.affine?.weight.calculateMask(rate: 0.5)
    let network = Network([
      pruned, try BatchNorm2d(2), ReLULayer(), try Linear(2, 1, generator: &generator),
    ])
    #expect(
      try network.state().map(\.name) == [
        "conv1.bias", "conv1.weight_orig", "conv1.weight_mask", "batchnorm1.weight",
        "batchnorm1.bias", "batchnorm1.running_mean", "batchnorm1.running_var", "linear1.weight",
        "linear1.bias",
      ])
    #expect(try network.state()[2].tensor.shape == [2, 1, 3, 3])
  }

  @Test func tellsWhichFiltersTakePart() throws {
    var generator = Generator()
    var layer = try Conv2d(.init(1, 4, kernelSize: 1), generator: &generator)
    layer.set(try #require(layer.weight).leaf, to: Tensor([4, 1, 3, 2], shape: [4, 1, 1, 1]))
    var weight = try #require(layer.affine).weight
    #expect(try weight.filtersTakingPart() == nil)
    #expect(try weight.filtersOrAll() == [true, true, true, true])
    #expect(try weight.filtersLeft() == 4)
    try weight.prune(.filters(share: 0.25), generator: &generator)
    #expect(try weight.filtersTakingPart() == [true, false, true, true])
    weight.mask = Mask(Tensor([1, 1, 1, 0], shape: [4]), of: weight.filters)
    #expect(try weight.filtersTakingPart() == [true, false, true, false])
    #expect(try weight.filtersLeft() == 3)
    #expect(weight.isPruned)
  }

  /// A pruned copy's weight leads to the copy's parameter before any forward pass, too.
  @Test func aCopysProductIsItsOwn() throws {
    var generator = Generator()
    var layer = try Conv2d(.init(1, 2, kernelSize: 1), generator: &generator)
    try layer.affine?.weight.prune(.filters(share: 0.5), generator: &generator)
    let copy = try #require(try layer.copy().affine?.weight)
    let map = try Backward.gradients(
      of: copy.variable, upstream: Tensor(repeating: 1, shape: [2, 1, 1, 1]))
    #expect(Set(map.leaves.keys) == [copy.parameter.leaf])
  }

  /// A mask of single elements may leave parts of a filter, which then takes part.
  @Test func aFilterWithAnyElementLeftTakesPart() throws {
    var generator = Generator()
    let layer = try Conv2d(.init(1, 3, kernelSize: Pair(1, 2)), generator: &generator)
    var weight = try #require(layer.affine).weight
    weight.parameter.tensor = Tensor([1, 2, 3, 4, 5, 6], shape: [3, 1, 1, 2])
    let parts = Tensor([0, 1, 0, 0, 1, 0], shape: [3, 1, 1, 2])
    try weight.prune(mask: Mask(parts, of: Partition(of: [3, 1, 1, 2], inside: [])))
    #expect(try weight.filtersTakingPart() == [true, false, true])
    #expect(try weight.filtersLeft() == 2)
    // The product is there at once, as PyTorch's `custom_from_mask` sets it.
    #expect(weight.variable.tensor.elements == [0, 2, 0, 0, 5, 0])
  }

  @Test func aDenseWeightHasNeitherMaskNorPruning() throws {
    var generator = Generator()
    let layer = try Conv2d(.init(1, 4, kernelSize: 3), generator: &generator)
    var weight = try #require(layer.affine).weight
    let dense = weight.parameter.tensor
    try weight.calculateMask(rate: 0.5)
    try weight.prune(.filters(share: 0.25), generator: &generator)
    weight.makeDense()
    #expect(weight.mask == nil && !weight.isPruned)
    #expect(try weight.takingPart() == nil)
    #expect(weight.variable.tensor.isIdentical(to: dense))
  }

  @Test func drawsAnInputThatTheKernelFits() throws {
    func drawn(_ kernel: Pair, _ dilation: Pair = 1) throws -> Shape {
      var generator = Generator()
      var settings = Conv2d.Settings(2, 1, kernelSize: kernel)
      settings.dilation = dilation
      return try Conv2d(settings, generator: &generator).drawnInput
    }
    #expect(try drawn(3) == [1, 2, 4, 4])
    #expect(try drawn(Pair(1, 7)) == [1, 2, 7, 7])
    #expect(try drawn(Pair(7, 1)) == [1, 2, 7, 7])
    #expect(try drawn(3, Pair(1, 4)) == [1, 2, 9, 9])
  }

  /// `padding=same` keeps rows and columns for every kernel, even ones and dilated ones.
  @Test(arguments: [1, 2, 3, 4], [1, 2, 3]) func samePaddingKeepsTheSize(
    kernel: Int, dilation: Int
  ) throws {
    var generator = Generator()
    var settings = Conv2d.Settings(1, 1, kernelSize: Pair(kernel, 5 - kernel))
    settings.padding = .same
    settings.dilation = Pair(dilation, 1)
    let layer = try Conv2d(settings, generator: &generator)
    #expect(try layer.outputShape([2, 1, 9, 7]) == [2, 1, 9, 7])
    #expect(settings.evenPadding.rows == dilation * (kernel - 1) / 2)
    #expect(settings.extraPadding.rows == dilation * (kernel - 1) % 2)
  }
}
