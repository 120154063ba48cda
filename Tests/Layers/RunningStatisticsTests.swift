import Gradients
import Layers
import Tensors
import TestSupport
import Testing

/// Running statistics are PyTorch 2.15.0's to the bit, over planes and over single values.
struct RunningStatisticsTests {
  struct Batch: Decodable, Sendable, CustomTestStringConvertible {
    let shape: [Int]
    let input: Floats
    let output: Floats
    let mean: Floats
    let variance: Floats
    var testDescription: String { "\(shape)" }
  }

  struct Content: Decodable { let layers: [[Batch]] }

  private static let layers: [[Batch]] =
    ((try? Fixture.read("statistics")) as Content?)?.layers ?? []

  @Test func thereAreLayersOfBothKinds() {
    #expect(Self.layers.count == 60)
    #expect(Self.layers.count { $0[0].shape[2] * $0[0].shape[3] == 1 } == 30)
  }

  @Test(arguments: layers) func arePyTorchs(_ batches: [Batch]) throws {
    var layer = try BatchNorm2d(batches[0].shape[1])
    for batch in batches {
      let input = Tensor(batch.input.values, shape: Shape(batch.shape))
      let output = try layer.forward(Variable(input)).tensor.elements
      #expect(FloatDifference(layer.runningMean.elements, batch.mean.values) == nil)
      #expect(FloatDifference(layer.runningVariance.elements, batch.variance.values) == nil)
      #expect(FloatDifference(output, near: batch.output.values, tolerance: 1e-5) == nil)
      // Which side of 0 a constant comes out on decides whether a rectifier after it is open.
      #expect(output.map { $0 > 0 } == batch.output.values.map { $0 > 0 })
    }
  }
}
