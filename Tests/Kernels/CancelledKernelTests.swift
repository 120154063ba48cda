import Running
import Testing

@testable import Kernels

/// What one row of millions of elements, or as many taps or filters, makes long stops when it is told.
///
/// The flag is one for the whole process, so each test has one of its own.
struct CancelledKernelTests {
  private static let length = 1 << 18

  /// One row, and a kernel of three or of half of it.
  private static func shape(kernel: Int = 3) throws -> ConvolutionShape {
    try ConvolutionShape(
      batch: 1, inChannels: 1, height: 1, width: length, outChannels: 1, kernel: Pair(1, kernel))
  }

  @Test func copyingARowStops() async {
    await #expect(processExitsWith: .success) {
      let plan = try Self.shape().forwardPlan()
      let source = [Float](repeating: 1, count: Self.length)
      var planes = [Float](repeating: 0, count: plan.planesSize(channels: 1))
      var row = [Float](repeating: 0, count: Self.length)
      Cancellation.request()
      #expect(throws: Cancelled.self) { try plan.load(&planes, from: source, band: 0) }
      #expect(throws: Cancelled.self) {
        try copySteps(&row, count: row.count, from: source, column: 0, step: 1, width: row.count)
      }
      #expect(throws: Cancelled.self) { try fill(&row, count: row.count) }
    }
  }

  @Test func listsOfTapsAndPlacesStop() async {
    await #expect(processExitsWith: .success) {
      let plan = try Self.shape(kernel: Self.length / 2).forwardPlan()
      let axis = try Self.shape(kernel: Self.length / 2).columns
      Cancellation.request()
      #expect(throws: Cancelled.self) { try plan.groups() }
      #expect(throws: Cancelled.self) { try plan.offsets(channels: 1) }
      #expect(throws: Cancelled.self) { try axis.gradientPhases() }
      #expect(throws: Cancelled.self) { try Self.shape().forwardPlan() }
      #expect(throws: Cancelled.self) { try TapAxis(taps: [0, 1], step: 2, length: 4) }
      #expect(throws: Cancelled.self) { try TapAxis(taps: [0, 1], step: 2, packedFor: 4) }
    }
  }

  @Test func listsOfFiltersStop() async {
    await #expect(processExitsWith: .success) {
      let shape = try Self.shape()
      Cancellation.request()
      #expect(throws: Cancelled.self) { try shape.allFilters() }
      #expect(throws: Cancelled.self) { try shape.channelsOfGroups() }
      #expect(throws: Cancelled.self) { try shape.others(than: [[0]]) }
    }
  }
}

/// Sums over a row that is looked at in pieces are those of the whole row.
struct LongRowTests {
  private static func product(_ factors: [Float], _ values: ArraySlice<Float>) -> Float {
    var sum: Float = 0
    for (factor, value) in zip(factors, values) { sum += factor * value }
    return sum
  }

  @Test func piecesDoNotChangeASum() throws {
    // Whole numbers, so that every order of summation gives the same.
    let (width, kernel) = (200_000, 3)
    let shape = try ConvolutionShape(
      batch: 1, inChannels: 1, height: 1, width: width, outChannels: 1, kernel: Pair(1, kernel))
    let input = (0..<width).map { Float($0 % 7) - 3 }
    let weight: [Float] = [1, -2, 3]
    var output = [Float](repeating: .nan, count: shape.outPlane)
    try Convolution.forward(
      input: input, weight: weight, bias: [5], output: &output, shape: shape)
    var expected: [Float] = []
    for place in 0..<shape.outPlane {
      let sum: Float = Self.product(weight, input[place...])
      expected.append(5 + sum)
    }
    #expect(output == expected)
    let upstream = (0..<shape.outPlane).map { Float($0 % 5) - 1 }
    var gradient = [Float](repeating: .nan, count: kernel)
    try Convolution.weightGradient(
      input: input, upstream: upstream, gradient: &gradient, shape: shape)
    let taps: [Float] = (0..<kernel).map { Self.product(upstream, input[$0...]) }
    #expect(gradient == taps)
    var bias: [Float] = [.nan]
    try Convolution.biasGradient(upstream: upstream, gradient: &bias, shape: shape)
    #expect(bias == [upstream.reduce(0, +)])
  }

  /// A kernel as long as a piece and more.
  @Test func piecesOfTapsDoNotChangeASum() throws {
    let (width, kernel) = (70_010, 70_001)
    let shape = try ConvolutionShape(
      batch: 1, inChannels: 1, height: 1, width: width, outChannels: 1, kernel: Pair(1, kernel))
    let input = (0..<width).map { Float($0 % 7) - 3 }
    let weight = (0..<kernel).map { Float($0 % 4) - 1 }
    var output = [Float](repeating: .nan, count: shape.outPlane)
    try Convolution.forward(input: input, weight: weight, bias: nil, output: &output, shape: shape)
    let expected: [Float] = (0..<shape.outPlane).map { Self.product(weight, input[$0...]) }
    #expect(output == expected)
  }
}
