import Pruning
import Tensors
import TestSupport
import Testing

@testable import Gradients

/// Operations that look at one element at a time: every bit, signed zeros and NaN included.
struct ElementwiseTests {
  @Test(arguments: ["relu", "abs"]) func agreesWithPyTorch(name: String) throws {
    let all = try ArithmeticFixture.read().elementwise
    let content = try #require(all.first { $0.name == name })
    let operation: any Gradients.Operation = name == "relu" ? ReLU() : AbsoluteValue()
    let shape: Shape = [content.input.values.count]
    let input = Tensor(content.input.values, shape: shape)
    let pass = try ForwardPass(of: operation, [input])
    #expect(FloatDifference(pass.output.elements, content.output.values) == nil)
    let gradients = try operation.gradients(
      Tensor(content.upstream.values, shape: shape), after: pass)
    let found = try #require(gradients[0])
    #expect(FloatDifference(found.elements, content.gradient.values) == nil)
  }

  /// PyTorch rounds a Python number to float32 before it adds.
  @Test func addsARoundedConstant() throws {
    let output = try AddConstant(1e-6).forward([Tensor([0, 1, -1e-6], shape: [3])])
    #expect(output.elements == [Float(1e-6), 1 + Float(1e-6), 0])
  }

  @Test func aMaskedProductKeepsTheSign() throws {
    let product = Product(mask: Tensor([1, 0, 0], shape: [3]))
    let input = Tensor([2, -3, 4], shape: [3])
    let pass = try ForwardPass(of: product, [input])
    #expect(pass.output.isIdentical(to: Tensor([2, -0.0, 0], shape: [3])))
    let gradients = try product.gradients(Tensor([-5, 6, -7], shape: [3]), after: pass)
    #expect(gradients[0]?.isIdentical(to: Tensor([-5, 0, -0.0], shape: [3])) == true)
  }

  @Test func theUnitMasksForwardAndNotBackward() throws {
    let unit = DynamicPruningUnit(Tensor([0, 1], shape: [2]), of: [2, 2])
    let input = Tensor([1, -2, 3, -4], shape: [2, 2])
    let pass = try ForwardPass(of: unit, [input])
    #expect(pass.output.isIdentical(to: Tensor([0, -0.0, 3, -4], shape: [2, 2])))
    let upstream = Tensor([-0.0, 6, 7, .nan], shape: [2, 2])
    let gradients = try unit.gradients(upstream, after: pass)
    #expect(gradients[0]?.isIdentical(to: upstream) == true)
    // It takes a bias as well as a weight.
    let bias = DynamicPruningUnit(mask: try #require(unit.mask.ofBias))
    #expect(try bias.forward([Tensor([5, 6], shape: [2])]).elements == [0, 6])
  }

  @Test func selectsASliceAndPutsItsGradientBack() throws {
    let input = Tensor((0..<12).map(Float.init), shape: [3, 2, 2])
    let pass = try ForwardPass(of: Select(1), [input])
    #expect(pass.output.shape == [2, 2])
    #expect(pass.output.elements == [4, 5, 6, 7])
    let gradients = try Select(1).gradients(
      Tensor([-1, -2, -3, -4], shape: [2, 2]), after: pass)
    #expect(gradients[0]?.shape == [3, 2, 2])
    #expect(gradients[0]?.elements == [0, 0, 0, 0, -1, -2, -3, -4, 0, 0, 0, 0])
  }
}
