import Tensors
import TestSupport
import Testing

@testable import Gradients

/// The gradients of softmax and its logarithm for a given result, every bit: PyTorch 2.15.0's, as
/// `score-gradients.json` holds them.
struct ScoreGradientTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let kind: String
    let shape: [Int]
    let dimension: Int
    let output: Floats
    let upstream: Floats
    let gradient: Floats

    var testDescription: String { "\(kind) of \(shape) along \(dimension): \(upstream.values)" }
  }

  struct Content: Decodable { let scoreGradients: [Case] }

  private static let cases: [Case] =
    ((try? Fixture.read("score-gradients")) as Content?)?.scoreGradients ?? []

  @Test func thereAreEnough() { #expect(Self.cases.count == 72) }

  @Test(arguments: cases) func isPyTorchs(_ sample: Case) throws {
    let shape = Shape(sample.shape)
    let output = Tensor(sample.output.values, shape: shape)
    let pass = ForwardPass(inputs: [output], output: output)
    let upstream = Tensor(sample.upstream.values, shape: shape)
    let found =
      sample.kind == "softmax"
      ? try Softmax(sample.dimension).gradients(upstream, after: pass)
      : try LogSoftmax(sample.dimension).gradients(upstream, after: pass)
    #expect(FloatDifference(try #require(found[0]).elements, sample.gradient.values) == nil)
  }
}
