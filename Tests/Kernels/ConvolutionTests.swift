import TestSupport
import Testing

@testable import Kernels

@Suite(.serialized) struct ConvolutionTests {
  /// Layers of every kind outside the reference case.
  static let shapes: [ConvolutionShape] = {
    var shapes = [
      shape(2, 1, 6, 6, 1, 3), shape(2, 3, 9, 7, 5, 3, padding: 1),
      shape(3, 8, 14, 14, 13, 3, padding: 1), shape(2, 9, 15, 17, 7, 3, padding: 2),
      shape(2, 10, 12, 13, 8, 3), shape(1, 4, 75, 75, 3, 3, padding: 1),
      shape(2, 1, 28, 28, 20, 5), shape(2, 20, 12, 12, 11, 5), shape(2, 5, 8, 8, 7, 1),
      shape(2, 5, 8, 8, 7, 1, padding: 2), shape(2, 4, 9, 9, 6, 2, padding: 1),
      shape(2, 4, 11, 12, 6, 3, stride: 2, padding: 1), shape(2, 3, 11, 11, 4, 5, stride: 3),
      shape(2, 3, 13, 12, 4, 3, padding: 2, dilation: 2),
      shape(2, 3, 13, 12, 4, 3, stride: 2, padding: 1, dilation: 3),
      shape(2, 6, 8, 9, 9, 3, padding: 1, groups: 3), shape(2, 6, 9, 9, 6, 3, groups: 6),
      shape(2, 3, 5, 5, 4, 1, stride: 2), shape(2, 3, 5, 5, 4, 2, stride: 3),
      shape(1, 2, 9, 30, 3, 7, padding: 3), shape(2, 16, 4, 4, 16, 3, padding: 1),
    ]
    shapes += [
      shape(2, 5, 9, 13, 7, Pair(3, 5), padding: Pair(1, 2)),
      shape(2, 5, 9, 13, 7, Pair(1, 7), stride: Pair(1, 2), padding: Pair(0, 3)),
      shape(2, 6, 21, 13, 8, Pair(5, 1), stride: Pair(3, 1), dilation: Pair(2, 1), groups: 2),
      // Steps over most of the input, and taps far apart.
      shape(2, 8, 4, 4, 3, 1, stride: 2000), shape(2, 3, 30, 40, 4, 2, stride: Pair(7, 11)),
      shape(2, 3, 5, 4, 4, 3, padding: 600, dilation: 600),
      shape(
        2, 3, 5, 4, 4, Pair(2, 3), stride: Pair(1, 90), padding: Pair(2000, 500),
        dilation: Pair(4001, 450)),
      shape(2, 3, 50, 3, 4, Pair(3, 1), padding: Pair(40_000, 1), dilation: Pair(40_000, 1)),
      shape(
        2, 9, 4, 4, 9, 3, stride: Pair(900, 800), padding: Pair(1000, 1000),
        dilation: Pair(300, 401)),
    ]
    var random = TestRandom(seed: 1)
    func pair(_ range: ClosedRange<Int>) -> Pair {
      Pair(.random(in: range, using: &random), .random(in: range, using: &random))
    }
    while shapes.count < 100 {
      let groups = Int.random(in: 1...2, using: &random)
      let candidate = try? ConvolutionShape(
        batch: .random(in: 2...3, using: &random),
        inChannels: groups * .random(in: 1...9, using: &random),
        height: .random(in: 1...14, using: &random), width: .random(in: 1...22, using: &random),
        outChannels: groups * .random(in: 1...9, using: &random), kernel: pair(1...4),
        stride: pair(1...3), padding: pair(0...3), dilation: pair(1...2), groups: groups)
      if let candidate { shapes.append(candidate) }
    }
    return shapes
  }()

  static func shape(
    _ batch: Int, _ inChannels: Int, _ height: Int, _ width: Int, _ outChannels: Int,
    _ kernel: Pair, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1, groups: Int = 1
  ) -> ConvolutionShape {
    made {
      try ConvolutionShape(
        batch: batch, inChannels: inChannels, height: height, width: width,
        outChannels: outChannels,
        kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups)
    }
  }

  @Test(arguments: shapes) func agreesWithDouble(shape: ConvolutionShape) throws {
    let data = ConvolutionData(shape, seed: 7, hasBias: shape.width % 2 == 0)
    let reference = ConvolutionReference(data)
    expectClose(try data.output(), reference.output)
    expectClose(try data.inputGradient(), reference.inputGradient)
    expectClose(try data.weightGradient(), reference.weightGradient)
  }

  @Test(arguments: shapes) func agreesWithTheSequentialOrder(shape: ConvolutionShape) throws {
    let data = ConvolutionData(shape, seed: 8, hasBias: false)
    var output = [Float](repeating: 0, count: data.upstream.count)
    try sequentialConvolution(
      input: data.input, weight: data.weight, bias: nil, output: &output, shape: shape)
    for (ours, theirs) in zip(try data.output(), output) { #expect(abs(ours - theirs) < 2e-5) }
  }

  @Test(
    arguments: [
      shape(8, 3, 40, 40, 7, 5), shape(4, 16, 30, 30, 16, 3, padding: 1),
      shape(1, 40, 33, 33, 20, 3, padding: 1), shape(9, 6, 31, 30, 10, 3, stride: 2, padding: 1),
    ])
  func threadsChangeNoBit(shape: ConvolutionShape) throws {
    let data = ConvolutionData(shape, seed: 9)
    defer { Parallel.threadCount = 0 }
    Parallel.threadCount = 1
    let one = try (data.output(), data.inputGradient(), data.weightGradient())
    for threads in 2...3 {
      Parallel.threadCount = threads
      #expect(bits(try data.output()) == bits(one.0))
      #expect(bits(try data.inputGradient()) == bits(one.1))
      #expect(bits(try data.weightGradient()) == bits(one.2))
    }
  }

  @Test(arguments: shapes) func biasGradientAddsInOrder(shape: ConvolutionShape) throws {
    let order = BiasOrder(shape)
    guard order != .planes else { return }
    let data = ConvolutionData(shape, seed: 10)
    var gradient = [Float](repeating: .nan, count: shape.outChannels)
    try Convolution.biasGradient(upstream: data.upstream, gradient: &gradient, shape: shape)
    var sums = [Float](repeating: 0, count: shape.outChannels)
    let run = order == .rows ? shape.outWidth : 1
    for start in stride(from: 0, to: data.upstream.count, by: run) {
      sums[start / shape.outPlane % shape.outChannels] +=
        data.upstream[start..<start + run].reduce(0, +)
    }
    #expect(bits(gradient) == bits(sums))
  }

  private func expectClose(
    _ values: [Float], _ sums: ConvolutionReference.Sums,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var worst = 0.0
    for (index, value) in values.enumerated() {
      let error = abs(Double(value) - sums.values[index])
      worst = max(worst, error.isNaN ? .infinity : error / (sums.magnitudes[index] + 1))
    }
    #expect(worst < 5e-7, sourceLocation: sourceLocation)
  }
}
