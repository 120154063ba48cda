import Gradients
import Tensors
import Testing

/// Recorded computations with a value exchanged.
struct RecomputationTests {
  private func leaf(_ values: [Float]) -> Variable {
    Variable(Tensor(values, shape: [values.count]), source: .leaf(Leaf(isParameter: false)))
  }

  @Test func aLeafIsExchanged() throws {
    let (old, new) = (leaf([-1, 2]), leaf([3, 5]))
    let sum = try Variable(Sum(), try Variable(ReLU(), old))
    let other = try sum.recomputed { $0.leaf == old.leaf ? new : nil }
    #expect(sum.tensor.elements == [2])
    #expect(other.tensor.elements == [8])
    let map = try Backward.gradients(of: other, upstream: Tensor(scalar: 1))
    #expect(map.leaves[try #require(new.leaf)]?.elements == [1, 1])
    #expect(map.leaves.count == 1)
  }

  /// What led to the exchanged value is no part of the new computation.
  @Test func aStepsValueIsExchanged() throws {
    let (old, new) = (leaf([-1, 2]), leaf([-3, 5]))
    let inner = try Variable(AddConstant(1), old)
    let sum = try Variable(Sum(), try Variable(ReLU(), inner))
    let other = try sum.recomputed { $0.node === inner.node && $0.node != nil ? new : nil }
    #expect(other.tensor.elements == [5])
    let map = try Backward.gradients(of: other, upstream: Tensor(scalar: 1))
    #expect(map.leaves[try #require(new.leaf)]?.elements == [0, 1])
    #expect(map.leaves.count == 1)
  }

  /// A constant in its place leaves nothing to differentiate.
  @Test func aConstantTakesTheGraphAway() throws {
    let inner = try Variable(AddConstant(1), leaf([-1, 2]))
    let sum = try Variable(Sum(), inner)
    let other = try sum.recomputed { $0.node === inner.node ? Variable(inner.tensor) : nil }
    #expect(other.tensor.elements == [3])
    #expect(!other.requiresGradient)
  }

  /// The value itself may be exchanged.
  @Test func theResultIsExchanged() throws {
    let sum = try Variable(Sum(), leaf([1, 2]))
    let other = leaf([7])
    #expect(try sum.recomputed { $0.node === sum.node ? other : nil }.leaf == other.leaf)
    #expect(try other.recomputed { _ in sum }.node === sum.node)
    #expect(try other.recomputed { _ in nil }.leaf == other.leaf)
  }

  /// All other steps are made anew, and in the same order: `backward` adds up by it.
  @Test func theOrderStays() throws {
    let (one, two) = (leaf([1, 2]), leaf([3, 4]))
    let (left, right) = (try Variable(ReLU(), one), try Variable(AddConstant(1), two))
    let error = try Variable(MeanSquaredError(), left, right)
    let other = try error.recomputed { $0.leaf == one.leaf ? leaf([4, 3]) : nil }
    #expect(other.tensor.elements == [2])
    func names(_ variable: Variable) -> [String] {
      Backward.order(of: variable).map(\.operation.gradientName)
    }
    #expect(names(other) == names(error))
    #expect(names(other) == ["MseLossBackward0", "AddBackward0", "ReluBackward0"])
  }

  /// What led to nothing but the exchanged value is not computed again.
  @Test func whatIsNotNeededIsLeftOut() throws {
    let inner = try Variable(AddConstant(1), try Variable(ReLU(), leaf([1])))
    let sum = try Variable(Sum(), inner)
    var asked: [String] = []
    _ = try sum.recomputed { variable in
      asked.append(variable.node?.operation.gradientName ?? "a start")
      return variable.node === inner.node ? leaf([5]) : nil
    }
    #expect(asked == ["SumBackward0", "AddBackward0"])
  }
}
