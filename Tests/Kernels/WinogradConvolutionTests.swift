import Testing

@testable import Kernels

@Suite struct WinogradConvolutionTests {
  static let shapes = [
    ConvolutionTests.shape(3, 16, 14, 14, 13, 3, padding: 1),
    ConvolutionTests.shape(2, 13, 17, 31, 16, 3),
    ConvolutionTests.shape(1, 70, 24, 23, 14, 3, padding: 1),
    ConvolutionTests.shape(1, 40, 33, 29, 20, 3, padding: 2),
    ConvolutionTests.shape(70, 14, 4, 3, 19, 3, padding: 1),
    ConvolutionTests.shape(40, 32, 3, 7, 64, 3, padding: 3, groups: 2),
    ConvolutionTests.shape(4, 16, 14, 14, 13, 3, padding: Pair(1, 0)),
    ConvolutionTests.shape(2, 14, 19, 30, 16, 3, padding: Pair(0, 2)),
  ]

  @Test(arguments: shapes) func isTakenAndErrsNoMoreThanSequentialSummation(
    shape: ConvolutionShape
  ) throws {
    #expect(shape.isWinogradCase)
    let data = ConvolutionData(shape, seed: 21)
    let reference = ConvolutionReference(data)
    var output = [Float](repeating: .nan, count: data.upstream.count)
    let isFinite = try winogradConvolution(
      input: data.input, weight: data.weight, bias: data.bias ?? [], output: &output, shape: shape,
      channels: try shape.channelsOfGroups(),
      filters: try shape.allFilters())
    #expect(isFinite)
    #expect(bits(output) == bits(try data.output()))
    var sequential = output
    try sequentialConvolution(
      input: data.input, weight: data.weight, bias: data.bias ?? [], output: &sequential,
      shape: shape)
    let allowed = meanSquare(sequential, reference.output.values)
    #expect(meanSquare(output, reference.output.values) <= allowed * 1.1)

    // The gradient in sequence is a convolution of upstream with the filters turned around.
    guard shape.rows.padding <= 2, shape.columns.padding <= 2, shape.groups == 1 else { return }
    let turned = try ConvolutionShape(
      batch: shape.batch, inChannels: shape.outChannels, height: shape.outHeight,
      width: shape.outWidth, outChannels: shape.inChannels, kernel: 3,
      padding: Pair(2 - shape.rows.padding, 2 - shape.columns.padding))
    var weight = data.weight
    for filter in 0..<shape.outChannels {
      for channel in 0..<shape.inChannels {
        for tap in 0..<9 {
          weight[(channel * shape.outChannels + filter) * 9 + 8 - tap] =
            data.weight[(filter * shape.inChannels + channel) * 9 + tap]
        }
      }
    }
    let gradient = try data.inputGradient()
    var slow = gradient
    try sequentialConvolution(
      input: data.upstream, weight: weight, bias: nil, output: &slow, shape: turned)
    #expect(
      meanSquare(gradient, reference.inputGradient.values)
        <= meanSquare(slow, reference.inputGradient.values) * 1.1)
  }

  @Test(arguments: shapes) func weightGradientErrsNoMoreThanSequentialSummation(
    shape: ConvolutionShape
  ) throws {
    #expect(shape.isWinogradWeightCase)
    let data = ConvolutionData(shape, seed: 22)
    let exact = ConvolutionReference(data).weightGradient.values
    var gradient = [Float](repeating: .nan, count: data.weight.count)
    let isFinite = try WinogradWeightGradient(shape: shape).run(
      input: data.input, upstream: data.upstream, gradient: &gradient)
    #expect(isFinite)
    #expect(bits(gradient) == bits(try data.weightGradient()))
    var slow = gradient
    try sequentialConvolutionWeightGradient(
      input: data.input, upstream: data.upstream, gradient: &slow, shape: shape)
    #expect(meanSquare(gradient, exact) <= meanSquare(slow, exact))
  }

  /// The direct way, which takes over when there is an infinity, and the sequential one agree too.
  @Test(arguments: shapes) func infinitySpoilsNoOtherWeight(shape: ConvolutionShape) throws {
    var data = ConvolutionData(shape, seed: 23)
    data.input[0] = .infinity
    let reference = ConvolutionReference(data).weightGradient.values
    for (value, exact) in zip(try data.weightGradient(), reference) {
      #expect(value.isFinite == exact.isFinite)
    }
  }

  /// Few gradients and half of the inputs are not zero, as between ReLU and max pooling: elements
  /// whose products are all zero are zero, not what the transforms' rounding leaves of neighbours.
  // The last is wider than a word has bits.
  @Test(arguments: shapes + [ConvolutionTests.shape(1, 13, 9, 90, 14, 3, padding: 1)])
  func whatSumsZerosIsZero(shape: ConvolutionShape) throws {
    var data = ConvolutionData(shape, seed: 24)
    for index in data.upstream.indices where index % 97 != 0 { data.upstream[index] = 0 }
    for index in data.input.indices where data.input[index] < 0 { data.input[index] = 0 }
    let reference = ConvolutionReference(data).weightGradient
    #expect(reference.magnitudes.contains(0))
    let gradient = try data.weightGradient()
    for (value, magnitude) in zip(gradient, reference.magnitudes) where magnitude == 0 {
      #expect(value.bitPattern == 0)
    }
    #expect(meanSquare(gradient, reference.values) < 1e-12)
  }

  /// Padding that outweighs the image leaves few terms to sum, and so little for Winograd's way to win.
  @Test func isNotTakenForTinyImages() {
    #expect(!ConvolutionTests.shape(600, 16, 1, 1, 16, 3, padding: 1).isWinogradCase)
    #expect(!ConvolutionTests.shape(600, 16, 4, 2, 16, 3, padding: 1).isWinogradCase)
  }

  private func meanSquare(_ values: [Float], _ exact: [Double]) -> Double {
    zip(values, exact).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
      / Double(values.count)
  }
}
