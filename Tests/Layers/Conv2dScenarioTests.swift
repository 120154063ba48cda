import Gradients
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Layers

/// Mask, pruning, constant and steps together, each state as PyTorch has it, bit for bit.
struct Conv2dScenarioTests {
  struct Event: Decodable {
    let step: String
    let weight: Floats
    let mask: Floats?
    let output: Floats?
    let weightGradient: Floats?
    let biasGradient: Floats?
  }

  struct Scenario: Decodable {
    let seed: String
    let `in`: Int
    let out: Int
    let kernel: Int
    let side: Int
    let bias: Bool
    let events: [Event]
  }

  struct Content: Decodable { let scenarios: [Scenario] }

  @Test func agreesWithPyTorchAfterEveryStep() throws {
    let content: Content = try Fixture.read("layers")
    #expect(content.scenarios.count == 24)
    for scenario in content.scenarios { try Self.play(scenario) }
  }

  private static func play(_ scenario: Scenario) throws {
    var generator = Generator(seed: try #require(UInt64(scenario.seed)))
    var settings = Conv2d.Settings(scenario.in, scenario.out, kernelSize: Pair(scenario.kernel))
    settings.hasBias = scenario.bias
    var layer = try Conv2d(settings, generator: &generator)
    let input = Variable(
      try generator.normal(shape: [1, scenario.in, scenario.side, scenario.side]))
    var output: Variable?
    var gradients: [Leaf: Tensor] = [:]
    for (number, event) in scenario.events.enumerated() {
      let words = event.step.split(separator: " ")
      let value = words.count > 1 ? Double(words[1]) : nil
      switch words[0] {
      case "mask": try layer.affine?.weight.calculateMask(rate: try #require(value))
      case "prune":
        try layer.affine?.weight.prune(.filters(share: try #require(value)), generator: &generator)
      case "epsilon": layer.affine?.epsilon = value
      case "forward": output = try layer.forward(input)
      case "backward":
        let sum = try Variable(Sum(), try Variable(ReLU(), try #require(output)))
        gradients = try Backward.gradients(of: sum, upstream: Tensor(scalar: 1)).leaves
      case "step":
        try layer.descend(rate: try #require(value)) { gradients[$0] }
      default: Issue.record("unknown step \(event.step)")
      }
      let bias = layer.bias.flatMap { gradients[$0.leaf] }
      let weight = try #require(layer.affine).weight
      let pairs: [(String, Tensor?, Floats?)] = [
        ("weight", weight.variable.tensor, event.weight),
        ("mask", (words[0] == "prune" ? weight.pruning : weight.mask)?.tensor, event.mask),
        ("output", output?.tensor, event.output),
        ("gradient of the weight", gradients[weight.parameter.leaf], event.weightGradient),
        ("gradient of the bias", bias, event.biasGradient),
      ]
      for (name, found, expected) in pairs {
        guard let expected else { continue }
        let found = try #require(found)
        #expect(
          FloatDifference(found.elements, expected.values) == nil,
          "\(name) after \(event.step), event \(number) of seed \(scenario.seed)")
      }
    }
  }

  @Test func withoutTheConstantNothingIsAdded() throws {
    var generator = Generator()
    var layer = try Conv2d(.init(1, 2, kernelSize: 3), generator: &generator)
    let input = Variable(try generator.normal(shape: [1, 1, 4, 4]))
    #expect(layer.affine?.epsilon == 1e-6)
    let first = try layer.forward(input).node
    #expect(first?.operation.gradientName == "AddBackward0")
    layer.affine?.epsilon = nil
    let second = try layer.forward(input).node
    #expect(second?.operation.gradientName == "ConvolutionBackward0")
  }

  /// With the unit a masked filter's output is the constant alone, bias included.
  @Test func theUnitMasksTheBiasAndPruningDoesNot() throws {
    var generator = Generator()
    var layer = try Conv2d(.init(1, 2, kernelSize: 1), generator: &generator)
    layer.affine?.weight.parameter.tensor = Tensor([0.25, 4], shape: [2, 1, 1, 1])
    layer.affine?.bias?.tensor = Tensor([8, 16], shape: [2])
    layer.affine?.epsilon = 0.5
    let input = Variable(Tensor([1], shape: [1, 1, 1, 1]))
    var pruned = try layer.copy()
    try layer.affine?.weight.calculateMask(rate: 0.5)
    try pruned.affine?.weight.prune(.filters(share: 0.5), generator: &generator)
    #expect(try layer.forward(input).tensor.elements == [0.5, 20.5])
    #expect(try pruned.forward(input).tensor.elements == [8.5, 20.5])
  }
}
