import Tensors
import Testing

@testable import Gradients

struct NodeTests {
  /// Released recursively, such a chain overflows any stack.
  @Test func aMillionStepsAreReleased() throws {
    let leaf = Variable(Tensor(scalar: 1), source: .leaf(Leaf(isParameter: true)))
    let one = AddConstant(1)
    weak var first: Node?
    var value = try Variable(one, leaf)
    first = value.node
    for _ in 1..<1_000_000 { value = try Variable(one, value) }
    #expect(value.tensor.elements == [1_000_001])
    #expect(first != nil)
    value = leaf
    #expect(first == nil)
  }

  /// Each step was computed from the one before in two ways, and twice from the same.
  @Test func stepsWithSeveralCausesAreReleased() throws {
    let leaf = Variable(Tensor(scalar: 1), source: .leaf(Leaf(isParameter: true)))
    weak var first: Node?
    var value = try Variable(AddConstant(1), leaf)
    first = value.node
    for step in 0..<300_000 {
      let other = step % 2 == 0 ? value : try Variable(ReLU(), value)
      value = try Variable(Multiply(), value, other)
    }
    #expect(first != nil)
    value = leaf
    #expect(first == nil)
  }

  @Test func aLongChainRunsBackwards() throws {
    let leaf = Variable(Tensor(scalar: 1), source: .leaf(Leaf(isParameter: true)))
    var value = leaf
    for _ in 0..<50_000 { value = try Variable(AddConstant(1), value) }
    let map = try Backward.gradients(of: value, upstream: Tensor(scalar: 3))
    let key = try #require(leaf.leaf)
    #expect(map.leaves[key]?.elements == [3])
    #expect(map.order.count == 50_000)
  }

  /// What somebody else still holds survives the release of a longer chain.
  @Test func aSharedBeginningSurvives() throws {
    let leaf = Variable(Tensor(scalar: 2), source: .leaf(Leaf(isParameter: true)))
    let shared = try Variable(AddConstant(1), try Variable(AddConstant(1), leaf))
    var long: Variable? = try Variable(ReLU(), try Variable(AddConstant(1), shared))
    #expect(long?.tensor.elements == [5])
    long = nil
    let node = try #require(shared.node)
    #expect(node.inputs.count == 1)
    #expect(node.inputs[0].node?.inputs.count == 1)
    let map = try Backward.gradients(of: shared, upstream: Tensor(scalar: 1))
    let key = try #require(leaf.leaf)
    #expect(map.leaves[key]?.elements == [1])
  }

  @Test func serialsGrow() throws {
    let leaf = Variable(Tensor(scalar: 2), source: .leaf(Leaf(isParameter: true)))
    let (first, second) = (try Variable(ReLU(), leaf), try Variable(ReLU(), leaf))
    let serials = (try #require(first.node).serial, try #require(second.node).serial)
    #expect(serials.0 < serials.1)
    #expect(Leaf(isParameter: true) != Leaf(isParameter: true))
  }
}
