import TestSupport
import Testing

@testable import Kernels

/// A kernel of 1 × 1 is a product of matrices, to the bits of the sums over shifted planes.
@Suite struct PointwiseConvolutionTests {
  static let shapes = [
    ConvolutionTests.shape(2, 80, 12, 13, 90, 1), ConvolutionTests.shape(1, 33, 41, 29, 50, 1),
    ConvolutionTests.shape(3, 150, 17, 11, 160, 1, groups: 2),
  ]

  @Test(arguments: shapes, [true, false]) func hasTheBitsOfTheSumsOverPlanes(
    shape: ConvolutionShape, hasBias: Bool
  ) throws {
    #expect(shape.isPointwiseCase)
    var data = ConvolutionData(shape, seed: 31, hasBias: hasBias)
    // Sums that underflow to −0, which the bias, or +0 in its place, makes +0.
    for channel in 0..<shape.inChannels {
      data.input[channel * shape.inPlane] = -0x1p-140
      data.upstream[channel * shape.inPlane] = -0x1p-140
    }
    for tap in data.weight.indices { data.weight[tap] = abs(data.weight[tap]) }
    let (plan, channels, filters) = (
      try shape.forwardPlan(), try shape.channelsOfGroups(), try shape.allFilters()
    )
    let gather = GatherConvolution(
      plan: plan, batch: shape.batch, sourceChannels: shape.inChannels,
      outChannels: shape.outChannels, channels: channels, filters: filters,
      outPlaneHeight: shape.outHeight, outPlaneWidth: shape.outWidth)
    let weight = data.weight
    var output = [Float](repeating: .nan, count: data.upstream.count)
    func gathered(_ bias: UnsafePointer<Float>?) throws {
      try gather.run(
        source: data.input,
        weight: { filter, channel, _ in weight[filter * shape.taps + channel % shape.taps] },
        bias: bias, output: &output)
    }
    if let bias = data.bias { try gathered(bias) } else { try gathered(nil) }
    #expect(bits(try data.output()) == bits(output))
    #expect(try MultiplyAdds.counted { _ = try data.output() } == output.count * shape.taps)

    let turned = GatherConvolution(
      plan: plan, batch: shape.batch, sourceChannels: shape.outChannels,
      outChannels: shape.inChannels, channels: filters, filters: channels,
      outPlaneHeight: shape.height, outPlaneWidth: shape.width)
    var gradient = [Float](repeating: .nan, count: data.input.count)
    try turned.run(
      source: data.upstream,
      weight: { channel, filter, _ in weight[filter * shape.taps + channel % shape.taps] },
      bias: nil, output: &gradient)
    #expect(bits(try data.inputGradient()) == bits(gradient))
  }

  @Test func masksAndSmallLayersGoTheOtherWay() throws {
    #expect(!ConvolutionTests.shape(9, 5, 8, 8, 7, 1).isPointwiseCase)
    #expect(!ConvolutionTests.shape(2, 80, 12, 13, 90, 1, padding: 1).isPointwiseCase)
    #expect(!ConvolutionTests.shape(2, 80, 24, 26, 90, 1, stride: 2).isPointwiseCase)
    let data = MaskedFilterTests.masked(Self.shapes[0], filters: [3, 4])
    let reference = ConvolutionReference(data)
    for (value, expected) in zip(try data.output(), reference.output.values) {
      #expect(abs(Double(value) - expected) < 1e-4)
    }
  }
}
