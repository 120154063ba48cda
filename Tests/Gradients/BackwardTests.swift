import Tensors
import TestSupport
import Testing

@testable import Gradients

struct BackwardTests {
  private static func leaf(_ elements: [Float], _ shape: Shape) -> Variable {
    Variable(Tensor(elements, shape: shape), source: .leaf(Leaf(isParameter: false)))
  }

  private static func gradient(
    _ result: Variable, of leaf: Variable, upstream: Tensor? = nil
  ) throws -> Tensor? {
    let upstream = try upstream ?? Tensor(repeating: 1, shape: result.tensor.shape)
    let map = try Backward.gradients(of: result, upstream: upstream)
    return map.leaves[try #require(leaf.leaf)]
  }

  @Test func followsTheChainRule() throws {
    let x = Self.leaf([1, -2, 3], [3])
    let doubled = try Variable(Product(mask: Tensor([2, 2, 2], shape: [3])), x)
    let sum = try Variable(Sum(), try Variable(ReLU(), doubled))
    #expect(sum.tensor.elements == [8])
    #expect(try Self.gradient(sum, of: x)?.elements == [2, 0, 2])
    #expect(
      try Self.gradient(sum, of: x, upstream: Tensor(scalar: -3))?.elements == [-6, 0, -6])
  }

  /// A step made later runs first, so its gradient is the first one that arrives at the leaf.
  @Test func addsGradientsThatMeetInTheOrderOfPyTorch() throws {
    let x = Self.leaf([1], [1, 1, 1, 1])
    func times(_ factor: Float) throws -> Variable {
      try Variable(Product(mask: Tensor([factor], shape: [1, 1, 1, 1])), x)
    }
    let (left, right) = (try times(2), try times(0x1p23 + 1))
    let bias = try (0..<3).reduce(x) { variable, _ in try Variable(Select(0), variable) }
    let convolve = try Convolve(input: [1, 1, 1, 1], weight: [1, 1, 1, 1])
    let output = try Variable(convolve, left, right, bias)
    let found = try Self.gradient(output, of: x)
    // (1 + t) + t; the other way round, (t + t) + 1, would be 0x1.000002p+25.
    let expected = try ArithmeticFixture.read().meeting.values
    #expect(found?.elements == expected)
    #expect(found?.elements == [0x1.000004p+25])
  }

  @Test func aLeafMayBeTheValueItself() throws {
    let x = Self.leaf([4, 5], [2])
    #expect(try Self.gradient(x, of: x, upstream: Tensor([7, 8], shape: [2]))?.elements == [7, 8])
  }

  @Test func refusesWhatNeedsNoGradient() throws {
    let constant = try Variable(ReLU(), Variable(Tensor([1], shape: [1])))
    #expect(constant.node == nil)
    #expect(throws: BackwardError.needsNoGradient) {
      try Backward.gradients(of: constant, upstream: Tensor([1], shape: [1]))
    }
  }

  /// PyTorch frees what a step kept; only steps that kept something are used up.
  @Test func refusesAGraphThatIsUsedUp() throws {
    let x = Self.leaf([1, -1], [2])
    let rectified = try Variable(ReLU(), x)
    let sum = try Variable(Sum(), rectified)
    let relu = try #require(rectified.node)
    #expect(throws: BackwardError.usedUp) {
      try Backward.gradients(
        of: sum, upstream: Tensor(scalar: 1), isUsedUp: { $0.serial == relu.serial })
    }
    let kept = try Variable(Sum(), try Variable(AddConstant(1), x))
    for _ in 0..<2 {
      let map = try Backward.gradients(
        of: kept, upstream: Tensor(scalar: 1), isUsedUp: { _ in true })
      let leaf = try #require(x.leaf)
      #expect(map.leaves[leaf]?.elements == [1, 1])
    }
  }

  @Test func keepsTensorsAsPyTorchDoes() throws {
    let keeping: [any Gradients.Operation] = [
      ReLU(), AbsoluteValue(), try Convolve(input: [1, 1, 1, 1], weight: [1, 1, 1, 1]),
      Product(mask: Tensor(scalar: 1)),
    ]
    let free: [any Gradients.Operation] = [
      AddConstant(0), Sum(), Sum(Reduction([1])), Select(0), Squeeze(), Unsqueeze(), ConstantPad(1),
    ]
    #expect(keeping.allSatisfy { $0.keepsTensors })
    #expect(!free.contains { $0.keepsTensors })
  }

  @Test func ordersStepsByWhenTheyWereMade() throws {
    let x = Self.leaf([1], [1])
    var value = x
    for _ in 0..<5 { value = try Variable(AddConstant(1), value) }
    let order = Backward.order(of: value)
    #expect(order.count == 5)
    #expect(order.map(\.serial) == order.map(\.serial).sorted(by: >))
    #expect(order.first?.serial == value.node?.serial)
    #expect(Backward.order(of: x).isEmpty)
  }

  @Test func saysWhatIsWrong() {
    #expect(
      BackwardError.usedUp.message
        == "trying to backward through the graph a second time")
    #expect(
      BackwardError.needsNoGradient.message
        == "the value does not require grad and does not have a grad_fn")
  }
}
