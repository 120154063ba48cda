import Testing

@testable import Kernels

/// Filters whose weights are all zero are not computed, channels that no filter has a weight for are
/// not read, and nobody can tell but by the clock.
@Suite struct MaskedFilterTests {
  static let shapes = [
    ConvolutionTests.shape(1, 2, 6, 6, 4, 3, padding: 1),
    ConvolutionTests.shape(2, 3, 9, 7, 5, 3, stride: 2, padding: 1),
    ConvolutionTests.shape(2, 6, 9, 7, 8, 3, padding: 1, groups: 2),
    ConvolutionTests.shape(3, 16, 14, 14, 13, 3, padding: 1),
    ConvolutionTests.shape(2, 5, 12, 12, 14, 5),
    ConvolutionTests.shape(3, 32, 14, 14, 28, 3, padding: 1, groups: 2),
  ]

  /// Masks some filters, and some channels of those that each filter sees, with zeros of both signs.
  static func masked(
    _ shape: ConvolutionShape, filters: [Int] = [], channels: [Int] = []
  ) -> ConvolutionData {
    var data = ConvolutionData(shape, seed: 3)
    let kernel = shape.kernelHeight * shape.kernelWidth
    for filter in 0..<shape.outChannels {
      for tap in 0..<shape.taps where filters.contains(filter) || channels.contains(tap / kernel) {
        data.weight[filter * shape.taps + tap] = tap % 2 == 0 ? 0 : -0.0
      }
    }
    // A bias of −0 and operands that underflow: sums in which the sign of zero could show.
    data.bias?[0] = -0.0
    for index in stride(from: 0, to: data.upstream.count, by: 3) {
      data.upstream[index] *= 0x1p-146
    }
    for index in stride(from: 0, to: data.input.count, by: 3) { data.input[index] *= 0x1p-146 }
    return data
  }

  @Test(arguments: shapes) func bitsAreThoseOfTheDenseComputation(shape: ConvolutionShape) throws {
    let some = (0..<shape.outChannels).filter { $0 % 3 == 0 }
    for filters in [some, Array(0..<shape.outChannels)] {
      let data = Self.masked(shape, filters: filters)
      #expect(bits(try data.output()) == bits(try dense(data, forward: true)))
      #expect(bits(try data.inputGradient()) == bits(try dense(data, forward: false)))
    }
  }

  @Test(arguments: shapes) func bitsOfMaskedChannelsAreThoseOfTheDenseComputation(
    shape: ConvolutionShape
  ) throws {
    let all = Array(0..<shape.groupInChannels)
    for channels in [all.filter { $0 % 3 == 0 }, Array(all.dropLast()), all] {
      var data = Self.masked(shape, filters: [1], channels: channels)
      #expect(bits(try data.output()) == bits(try dense(data, forward: true)))
      #expect(bits(try data.inputGradient()) == bits(try dense(data, forward: false)))
      // Finite, but too large for what is looked at without arithmetic.
      data.input[shape.width + 2] = 0x1p122
      data.upstream[1] = -0x1p122
      #expect(bits(try data.output()) == bits(try dense(data, forward: true)))
      #expect(bits(try data.inputGradient()) == bits(try dense(data, forward: false)))
      data.input[shape.width + 2] = .infinity
      data.upstream[1] = .nan
      for isForward in [true, false] {
        let values = isForward ? try data.output() : try data.inputGradient()
        let dense = try dense(data, forward: isForward)
        #expect(zip(values, dense).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
        #expect(dense.contains { $0.isNaN })
      }
    }
  }

  /// Channels that no filter has a weight for are left out by Winograd's way.
  @Test func channelsWithoutWeightsAreNotActive() throws {
    let shape = Self.shapes[5]
    let data = Self.masked(shape, channels: [0, 3, 15])
    let filters = try shape.activeFilters(data.weight)
    let channels = try shape.activeChannels(data.weight, filters: filters)
    let expected = (0..<2).map { group in
      (0..<16).filter { ![0, 3, 15].contains($0) }.map { group * 16 + $0 }
    }
    #expect(channels == expected)
    #expect(
      try Convolution.multiplyAdds(weight: data.weight, shape: shape)
        == 3 * 14 * 14 * 28 * 13 * 9)
    #expect(
      try MultiplyAdds.counted { _ = try data.output() } == 3 * 14 * 14 * 28 * 13 * 9)
  }

  @Test(arguments: shapes) func infinityTimesZeroStaysNaN(shape: ConvolutionShape) throws {
    // Some of a group, and all of it.
    for filters in [[0, 1], Array(shape.outChannels(of: 0))] {
      var data = Self.masked(shape, filters: filters)
      data.input[shape.width + 2] = .infinity
      data.upstream[1] = -.infinity
      let output = try data.output()
      #expect(output[..<shape.outPlane].contains { $0.isNaN })
      #expect(output[..<shape.outPlane].contains { $0.isFinite })
      #expect(try data.inputGradient().contains { $0.isNaN })
      let dense = try dense(data, forward: true)
      // NaNs differ in their payload, which PyTorch does not fix either.
      #expect(zip(output, dense).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
    }
  }

  @Test func hugeOperandsDoNotSpoilTheirNeighbours() throws {
    var data = ConvolutionData(Self.shapes[3], seed: 5, hasBias: false)
    data.input[30] = 3e38
    data.input[31] = 3e38
    let reference = ConvolutionReference(data).output
    for (value, expected) in zip(try data.output(), reference.values) {
      #expect(value.isFinite == Float(expected).isFinite)
    }
  }

  /// The same computation with every filter taking part.
  private func dense(_ data: ConvolutionData, forward: Bool) throws -> [Float] {
    let shape = data.shape
    var result = [Float](repeating: .nan, count: forward ? data.upstream.count : data.input.count)
    let all = try shape.allFilters()
    switch (forward, shape.isReferenceCase) {
    case (true, true):
      try sequentialConvolution(
        input: data.input, weight: data.weight, bias: data.bias ?? [], output: &result,
        shape: shape)
    case (false, true):
      try sequentialConvolutionInputGradient(
        upstream: data.upstream, weight: data.weight, gradient: &result, shape: shape)
    case (true, false):
      if shape.isWinogradCase,
        try winogradConvolution(
          input: data.input, weight: data.weight, bias: data.bias ?? [], output: &result,
          shape: shape, channels: try shape.channelsOfGroups(), filters: all)
      {
        return result
      }
      try directConvolution(
        input: data.input, weight: data.weight, bias: data.bias ?? [], output: &result,
        shape: shape, filters: all)
    case (false, false):
      if shape.isWinogradCase,
        try winogradConvolutionInputGradient(
          upstream: data.upstream, weight: data.weight, gradient: &result, shape: shape,
          channels: try shape.channelsOfGroups(), filters: all)
      {
        return result
      }
      try directConvolutionInputGradient(
        upstream: data.upstream, weight: data.weight, gradient: &result, shape: shape, filters: all)
    }
    return result
  }
}
