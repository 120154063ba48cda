import Tensors
import TestSupport
import Testing

@testable import Gradients

/// The gradients of the sum of what a batch norm gives, every bit: PyTorch 2.15.0's, as
/// `normalized-sums.json` holds them.
///
/// PyTorch holds the gradient of a sum as one number for all elements, and its batch norm then adds up
/// in another order.
struct NormalizedSumTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let path: String
    let training: Bool
    let shape: [Int]
    let input: Floats
    let weight: Floats
    let bias: Floats
    let mean: Floats
    let variance: Floats
    let gradients: [Floats]

    var testDescription: String { "\(path) of \(shape)\(training ? "" : ", evaluation")" }
  }

  struct Content: Decodable { let normalizedSums: [Case] }

  private static let cases: [Case] =
    ((try? Fixture.read("normalized-sums")) as Content?)?.normalizedSums ?? []

  @Test func everyPathIsRecorded() {
    let paths = Dictionary(grouping: Self.cases, by: \.path).mapValues(\.count)
    #expect(paths == ["sum": 12, "flatten": 6, "two": 6])
  }

  @Test(arguments: cases) func isPyTorchs(_ sample: Case) throws {
    let channels: Shape = [sample.shape[1]]
    let leaves = [
      (sample.input, Shape(sample.shape)), (sample.weight, channels), (sample.bias, channels),
    ].map {
      Variable(Tensor($0.values, shape: $1), source: .leaf(Leaf(isParameter: false)))
    }
    let statistics: BatchNormalize.Statistics =
      sample.training
      ? .batch
      : .running(
        mean: Tensor(sample.mean.values, shape: channels),
        variance: Tensor(sample.variance.values, shape: channels))
    let output = try Variable(BatchNormalize(statistics: statistics), leaves)
    let loss: Variable
    switch sample.path {
    case "sum": loss = try Variable(Sum(), output)
    case "flatten": loss = try Variable(Sum(), try Variable(Flatten(), output))
    default:
      // Where two paths meet, the gradient has an element each again.
      loss = try Variable(
        Add(), try Variable(Sum(), output),
        try Variable(Sum(), try Variable(ReLU(), output)))
    }
    let map = try Backward.gradients(of: loss, upstream: Tensor(scalar: 1))
    for (leaf, expected) in zip(leaves, sample.gradients) {
      let found = try #require(leaf.leaf.flatMap { map.leaves[$0] })
      #expect(FloatDifference(found.elements, expected.values) == nil)
    }
  }
}
