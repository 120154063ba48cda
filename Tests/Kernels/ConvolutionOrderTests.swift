import TestSupport
import Testing

@testable import Kernels

/// Orders of summation that PyTorch's builds share, with 2.15.0's answers of `orders.json`.
@Suite struct ConvolutionOrderTests {
  struct Layer: Decodable, Sendable, CustomTestStringConvertible {
    let input: [Int]
    let outChannels: Int
    let groups: Int
    let kernel: [Int]
    let stride: [Int]
    let padding: [Int]
    let dilation: [Int]
    let upstream: Floats
    let gradient: Floats

    var shape: ConvolutionShape {
      get throws {
        try ConvolutionShape(
          batch: input[0], inChannels: input[1], height: input[2], width: input[3],
          outChannels: outChannels, kernel: Pair(kernel[0], kernel[1]),
          stride: Pair(stride[0], stride[1]), padding: Pair(padding[0], padding[1]),
          dilation: Pair(dilation[0], dilation[1]), groups: groups)
      }
    }

    var testDescription: String {
      "\(input) to \(outChannels), kernel \(kernel), stride \(stride), padding \(padding), "
        + "dilation \(dilation), groups \(groups)"
    }
  }

  struct Content: Decodable {
    struct InfiniteWeight: Decodable {
      let input: Floats
      let weight: Floats
      let output: Floats
    }

    let biasGradients: [Layer]
    let infiniteWeight: InfiniteWeight
  }

  private static let layers: [Layer] =
    ((try? Fixture.read("orders")) as Content?)?.biasGradients ?? []

  @Test(arguments: layers) func biasGradientIsPyTorchs(_ layer: Layer) throws {
    let shape = try layer.shape
    var gradient = [Float](repeating: .nan, count: shape.outChannels)
    try Convolution.biasGradient(
      upstream: layer.upstream.values, gradient: &gradient, shape: shape)
    #expect(FloatDifference(gradient, layer.gradient.values) == nil)
  }

  @Test func everyOrderIsRecorded() throws {
    let orders = try Dictionary(grouping: Self.layers.map { BiasOrder(try $0.shape) }) { $0 }
    #expect(orders.mapValues { $0.count >= 5 } == [.planes: true, .rows: true, .elements: true])
  }

  @Test func paddingTimesInfinityIsNaN() throws {
    let sample = try (Fixture.read("orders") as Content).infiniteWeight
    let shape = ConvolutionTests.shape(1, 1, 4, 4, 2, 3, padding: 1)
    var output = [Float](repeating: 0, count: 32)
    try Convolution.forward(
      input: sample.input.values, weight: sample.weight.values, bias: nil, output: &output,
      shape: shape)
    #expect(FloatDifference(output, sample.output.values) == nil)
    #expect(output.contains { $0.isNaN })
  }
}
