import Kernels
import Tensors
import TestSupport
import Testing

@testable import Gradients

/// Convolution and pooling with rows and columns of their own: PyTorch 1.13.1's answers, as
/// `windows.json` holds them.
struct WindowFixtureTests {
  struct Convolution: Decodable, Sendable, CustomTestStringConvertible {
    let seed: String
    let batch: Int
    let groups: Int
    let kernel: [Int]
    let stride: [Int]
    let padding: [Int]
    let dilation: [Int]
    let bias: Bool
    let size: [Int]
    let `in`: Int
    let out: Int
    let shape: [Int]
    let output: Floats
    let inputGradient: Floats
    let weightGradient: Floats
    let biasGradient: Floats?

    var testDescription: String {
      "\(batch) × \(`in`) × \(size) → \(out), kernel \(kernel), stride \(stride), padding "
        + "\(padding), dilation \(dilation), groups \(groups)"
    }

    func check(_ compare: (_ found: [Float], _ expected: [Float]) -> FloatDifference?) throws {
      let seed = try #require(UInt64(seed))
      var generator = Generator(seed: seed)
      let input = try generator.normal(shape: Shape([batch, `in`] + size))
      let weight = try generator.normal(shape: Shape([out, `in` / groups] + kernel))
      let all = [input, weight, try generator.normal(shape: [out])]
      let inputs = bias ? all : Array(all.prefix(2))
      let operation = try Convolve(
        input: input.shape, weight: weight.shape, stride: Pair(stride[0], stride[1]),
        padding: Pair(padding[0], padding[1]), dilation: Pair(dilation[0], dilation[1]),
        groups: groups)
      let output = try operation.forward(inputs)
      #expect(output.shape == Shape(shape))
      #expect(compare(output.elements, self.output.values) == nil)
      var other = Generator(seed: seed + 1_000_000)
      let gradients = try operation.gradients(
        try other.normal(shape: output.shape), after: ForwardPass(inputs: inputs, output: output))
      let expected = [inputGradient, weightGradient] + (biasGradient.map { [$0] } ?? [])
      #expect(gradients.count == expected.count)
      for (number, (found, expected)) in zip(gradients, expected).enumerated() {
        let found = try #require(found)
        #expect(compare(found.elements, expected.values) == nil, "gradient \(number)")
      }
    }
  }

  struct Pool: Decodable, Sendable, CustomTestStringConvertible {
    let kind: String
    let kernel: [Int]
    let stride: [Int]
    let padding: [Int]
    let dilation: [Int]
    let input: Floats
    let inputShape: [Int]
    let shape: [Int]
    let upstream: Floats
    let output: Floats
    let gradient: Floats

    var testDescription: String {
      "\(kind) of \(inputShape), kernel \(kernel), stride \(stride), padding \(padding), "
        + "dilation \(dilation)"
    }

    func operation() throws -> any Gradients.Operation {
      let window = PoolingWindow(
        kernel: Pair(kernel[0], kernel[1]), stride: Pair(stride[0], stride[1]),
        padding: Pair(padding[0], padding[1]), dilation: Pair(dilation[0], dilation[1]))
      return kind == "maxpool"
        ? try MaxPool(window, input: Shape(inputShape))
        : try AveragePool(window, input: Shape(inputShape))
    }
  }

  private struct Content: Decodable {
    let exact: [Convolution]
    let near: [Convolution]
    let pools: [Pool]
  }

  private static let content: Content = made { try Fixture.read("windows") }
  static let exact = content.exact
  static let near = content.near
  static let pools = content.pools

  /// One image, no groups, a kernel up to 3 × 3: PyTorch 1.13.1's order of every sum.
  @Test(arguments: exact) func smallOnesAgreeInEveryBit(_ sample: Convolution) throws {
    try sample.check { FloatDifference($0, $1) }
  }

  /// Elsewhere the shape may fix any order of a sum; PyTorch computed these in double.
  @Test(arguments: near) func allOthersAgreeUpToRounding(_ sample: Convolution) throws {
    try sample.check { FloatDifference($0, near: $1, tolerance: 4e-6) }
  }

  @Test(arguments: pools) func poolingAgrees(_ sample: Pool) throws {
    let input = Tensor(sample.input.values, shape: Shape(sample.inputShape))
    let operation = try sample.operation()
    let pass = try ForwardPass(of: operation, [input])
    let output = pass.output
    #expect(output.shape == Shape(sample.shape))
    let gradient = try operation.gradients(
      Tensor(sample.upstream.values, shape: output.shape), after: pass)[0]
    let found = try #require(gradient).elements
    if sample.kind == "maxpool" {
      #expect(FloatDifference(output.elements, sample.output.values) == nil)
      #expect(FloatDifference(found, sample.gradient.values) == nil)
    } else {
      #expect(FloatDifference(output.elements, near: sample.output.values, tolerance: 1e-6) == nil)
      #expect(FloatDifference(found, near: sample.gradient.values, tolerance: 1e-6) == nil)
    }
  }

  @Test func theFixturesAreUnlikeSquares() {
    for samples in [Self.exact, Self.near] {
      #expect(samples.count >= 25)
      #expect(samples.contains { $0.kernel[0] != $0.kernel[1] })
      #expect(samples.contains { $0.stride[0] != $0.stride[1] })
      #expect(samples.contains { $0.padding[0] != $0.padding[1] })
      #expect(samples.contains { $0.dilation[0] != $0.dilation[1] })
    }
    #expect(Self.pools.count == 24)
  }
}
