import Tensors
import TestSupport
import Testing

@testable import Gradients

struct SumTests {
  /// Any other order of the sum changes a bit somewhere among these lengths.
  @Test func addsInTheOrderOfPyTorch() throws {
    let runs = try ArithmeticFixture.read().sums
    #expect(runs.count > 100)
    #expect(runs.last?.length == 300_000)
    for run in runs {
      var generator = Generator(seed: UInt64(run.length))
      let tensor = try generator.uniform(shape: [run.length], low: -1, high: 1)
      let sum = try Sum().forward([tensor])
      #expect(sum.shape.rank == 0)
      #expect(FloatDifference(sum.elements, run.sum.values) == nil, "\(run.length) elements")
    }
  }

  @Test func addsFilterByFilter() throws {
    for rows in try ArithmeticFixture.read().rows {
      var generator = Generator(seed: try #require(UInt64(rows.seed)))
      let tensor = try generator.normal(shape: Shape(rows.shape)).map(\.magnitude)
      let sums = try Sum(Reduction(Array(1..<tensor.shape.rank))).forward([tensor])
      #expect(sums.shape == [rows.shape[0]])
      #expect(FloatDifference(sums.elements, rows.sums.values) == nil, "\(rows.shape)")
    }
  }

  @Test func theShapeDoesNotMatterToTheSumOfAll() throws {
    var generator = Generator(seed: 4)
    let flat = try generator.normal(shape: [720])
    let deep = flat.reshaped([6, 5, 4, 6])
    #expect(try Sum().forward([flat]).isIdentical(to: Sum().forward([deep])))
    #expect(try Sum().forward([Tensor([], shape: [0])]).elements == [0])
  }

  @Test func spreadsTheGradient() throws {
    let bank = try Tensor(repeating: 1, shape: [2, 1, 1, 2])
    let whole = try Sum().gradients(
      Tensor(scalar: 3), after: ForwardPass(inputs: [bank], output: Tensor(scalar: 4)))
    #expect(whole[0]?.elements == [3, 3, 3, 3])
    let rows = try Sum(Reduction([1, 2, 3])).gradients(
      Tensor([5, -7], shape: [2]),
      after: ForwardPass(inputs: [bank], output: Tensor([2, 2], shape: [2])))
    #expect(rows[0]?.elements == [5, 5, -7, -7])
  }
}
