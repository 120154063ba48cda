import Gradients
import Tensors
import TestSupport
import Testing

@testable import Layers

/// Masks, pruning and the constant of a linear layer, by the formula: x · (w ∘ m)ᵀ + b ∘ m + ε, in
/// small whole numbers, which float32 adds up without rounding.
struct LinearMaskTests {
  private static let weight: [[Float]] = [[1, -2, 3], [4, 5, -6], [0, 1, 1], [2, 2, 2]]
  private static let bias: [Float] = [8, 16, 32, 64]
  private static let images: [[Float]] = [[1, 2, 3], [-4, 0, 5]]
  /// L1 norms 6, 15, 2, 6: of the two that are equal `torch.topk` takes the last.
  private static let mask: [Float] = [1, 1, 0, 0]

  private static func layer() throws -> Linear {
    var generator = Generator(seed: 0)
    var layer = try Linear(3, 4, generator: &generator)
    layer.affine?.weight.parameter.tensor = Tensor(weight.flatMap(\.self), shape: [4, 3])
    layer.affine?.bias?.tensor = Tensor(bias, shape: [4])
    return layer
  }

  private static func run(
    _ layer: inout Linear
  ) throws -> (output: Tensor, weight: Tensor?, bias: Tensor?) {
    let input = Variable(Tensor(images.flatMap(\.self), shape: [2, 3]))
    let output = try layer.forward(input)
    let map = try Backward.gradients(of: Variable(Sum(), output), upstream: Tensor(scalar: 1))
    let leaves = (layer.weight?.leaf, layer.bias?.leaf)
    return (output.tensor, leaves.0.flatMap { map.leaves[$0] }, leaves.1.flatMap { map.leaves[$0] })
  }

  private static func expected(biasMask: [Float], constant: Float) -> [Float] {
    images.flatMap { image in
      weight.indices.map { row in
        zip(image, weight[row]).reduce(0) { $0 + $1.0 * $1.1 * mask[row] }
          + bias[row] * biasMask[row] + constant
      }
    }
  }

  @Test func theUnitMasksForwardAndNotBackward() throws {
    var layer = try Self.layer()
    #expect(layer.affine?.epsilon == nil)
    try layer.affine?.weight.calculateMask(rate: 0.5)
    #expect(layer.affine?.weight.mask?.tensor.elements == Self.mask)
    layer.affine?.epsilon = 0.5
    let result = try Self.run(&layer)
    #expect(result.output.elements == Self.expected(biasMask: Self.mask, constant: 0.5))
    #expect(result.weight?.elements == Self.mask.flatMap { _ in [-3, 2, 8] as [Float] })
    #expect(result.bias?.elements == [2, 2, 2, 2])
  }

  @Test func pruningBlocksTheGradientAndLeavesTheBias() throws {
    var layer = try Self.layer()
    try layer.affine?.weight.calculateMask(rate: 0.5)
    let mask = try #require(layer.affine?.weight.mask)
    layer.affine?.weight.mask = nil
    try layer.affine?.weight.prune(mask: mask)
    let result = try Self.run(&layer)
    #expect(result.output.elements == Self.expected(biasMask: [1, 1, 1, 1], constant: 0))
    #expect(result.weight?.elements == Self.mask.flatMap { [-3 * $0, 2 * $0, 8 * $0] })
    #expect(result.bias?.elements == [2, 2, 2, 2])
  }
}
