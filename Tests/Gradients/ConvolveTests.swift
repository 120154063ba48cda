import Kernels
import Tensors
import TestSupport
import Testing

@testable import Gradients

struct ConvolveTests {
  struct Case: Decodable, Sendable {
    let seed: String
    let batch: Int
    let groups: Int
    let kernel: [Int]
    let stride: Int
    let padding: Int
    let dilation: Int
    let bias: Bool
    let height: Int
    let width: Int
    let `in`: Int
    let out: Int
    let shape: [Int]
    let output: Floats
    let inputGradient: Floats
    let weightGradient: Floats
    let biasGradient: Floats?

    var title: String {
      "\(`in`) → \(out), kernel \(kernel), stride \(stride), padding \(padding), "
        + "dilation \(dilation), groups \(groups), bias \(bias), \(batch) × \(height) × \(width)"
    }
  }

  struct Content: Decodable {
    let exact: [Case]
    let near: [Case]
  }

  private static func check(
    _ content: Case, _ compare: (_ found: [Float], _ expected: [Float]) -> FloatDifference?
  ) throws {
    let seed = try #require(UInt64(content.seed))
    var generator = Generator(seed: seed)
    let input = try generator.normal(
      shape: [content.batch, content.in, content.height, content.width])
    let weight = try generator.normal(
      shape: [
        content.out, (content.in) / content.groups, content.kernel[0], content.kernel[1],
      ])
    let bias = try generator.normal(shape: [content.out])
    let inputs = [input, weight] + (content.bias ? [bias] : [])
    let operation = try Convolve(
      input: input.shape, weight: weight.shape, stride: Pair(content.stride),
      padding: Pair(content.padding), dilation: Pair(content.dilation), groups: content.groups)
    let output = try operation.forward(inputs)
    #expect(output.shape == Shape(content.shape), "\(content.title)")
    #expect(compare(output.elements, content.output.values) == nil, "\(content.title)")
    var other = Generator(seed: seed + 1_000_000)
    let gradients = try operation.gradients(
      try other.normal(shape: output.shape), after: ForwardPass(inputs: inputs, output: output))
    let expected =
      [content.inputGradient, content.weightGradient]
      + (content.biasGradient.map { [$0] } ?? [])
    #expect(gradients.count == expected.count)
    for (number, (found, expected)) in zip(gradients, expected).enumerated() {
      let found = try #require(found)
      #expect(
        compare(found.elements, expected.values) == nil,
        "gradient \(number) of \(content.title)")
    }
  }

  /// One image, no groups, a kernel up to 3 × 3: PyTorch 1.13.1's order of every sum.
  @Test func smallOnesAgreeInEveryBit() throws {
    let content: Content = try Fixture.read("convolution")
    #expect(content.exact.count == 70)
    for sample in content.exact { try Self.check(sample) { FloatDifference($0, $1) } }
  }

  /// Elsewhere the shape may fix any order of a sum; PyTorch computed these in double.
  @Test func allOthersAgreeUpToRounding() throws {
    let content: Content = try Fixture.read("convolution")
    #expect(content.near.count == 70)
    for sample in content.near {
      try Self.check(sample) { FloatDifference($0, near: $1, tolerance: 4e-6) }
    }
  }

  @Test func theFixturesReachEveryParameter() throws {
    let content: Content = try Fixture.read("convolution")
    let all = content.exact + content.near
    #expect(Set(all.map(\.stride)) == [1, 2, 3])
    #expect(Set(all.map(\.padding)) == [0, 1, 2, 3])
    #expect(Set(all.map(\.dilation)) == [1, 2, 3])
    #expect(Set(all.map(\.groups)) == [1, 2, 3, 4])
    #expect(Set(all.map(\.batch)) == [1, 2, 3])
    #expect(Set(all.flatMap(\.kernel)) == [1, 2, 3, 4, 5])
    #expect(Set(content.exact.flatMap(\.kernel)) == [1, 2, 3])
    #expect(Set(content.exact.map(\.bias)) == [true, false])
    #expect(all.contains { $0.kernel[0] != $0.kernel[1] })
    #expect(all.contains { $0.height != $0.width })
  }
}
