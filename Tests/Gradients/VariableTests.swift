import Tensors
import Testing

@testable import Gradients

struct VariableTests {
  private static let tensor = Tensor([1, 2], shape: [2])

  @Test func recordsOnlyWhatNeedsAGradient() throws {
    let constant = Variable(Self.tensor)
    #expect(try Variable(ReLU(), constant).node == nil)
    #expect(!constant.requiresGradient)
    let leaf = Variable(Self.tensor, source: .leaf(Leaf(isParameter: false)))
    let result = try Variable(ReLU(), leaf)
    #expect(result.node != nil)
    #expect(result.requiresGradient)
    #expect(result.leaf == nil)
    #expect(result.detached.node == nil)
    #expect(!result.detached.requiresGradient)
  }

  @Test func printsWhereItComesFrom() throws {
    let leaf = Variable(Self.tensor, source: .leaf(Leaf(isParameter: false)))
    #expect(try Variable(Self.tensor).text() == "tensor([1., 2.])")
    #expect(try leaf.text() == "tensor([1., 2.], requires_grad=True)")
    #expect(try Variable(ReLU(), leaf).text() == "tensor([1., 2.], grad_fn=<ReluBackward0>)")
    let parameter = Variable(Self.tensor, source: .leaf(Leaf(isParameter: true)))
    #expect(
      try parameter.text() == "Parameter containing:\ntensor([1., 2.], requires_grad=True)")
  }
}
