import Kernels
import TestSupport
import Testing

/// Bounds of rounding: no error is larger, and they are not far from what happens.
@Suite struct RoundingTests {
  static let shapes = [
    // In sequence, by gathering, by Winograd's way.
    ConvolutionTests.shape(1, 2, 6, 6, 4, 3, padding: 1),
    ConvolutionTests.shape(1, 8, 16, 16, 4, 3),
    ConvolutionTests.shape(2, 3, 9, 7, 5, 3, stride: 2, padding: 1),
    ConvolutionTests.shape(2, 6, 9, 7, 8, 3, padding: 1, groups: 2),
    ConvolutionTests.shape(2, 5, 12, 12, 14, 5),
    ConvolutionTests.shape(2, 4, 20, 20, 3, 3, padding: 5),
    ConvolutionTests.shape(4, 16, 15, 14, 16, 3, padding: 1),
    ConvolutionTests.shape(3, 32, 14, 14, 28, 3, padding: 1, groups: 2),
  ]

  @Test(arguments: shapes, [true, false])
  func convolutionsStayWithinTheBound(shape: ConvolutionShape, hasBias: Bool) throws {
    let data = ConvolutionData(shape, seed: 5, hasBias: hasBias)
    let exact = ConvolutionReference(data).output
    let output = try data.output()
    var bounds = [Float](repeating: .nan, count: output.count)
    try Convolution.rounding(
      input: data.input, weight: data.weight, bias: data.bias, rounding: &bounds, shape: shape)
    compare(output, exact.values, bounds)
    // Less in all than what is right for any order of the terms.
    let any = exact.magnitudes.reduce(0, +) * Double(shape.taps) * 0x1p-24
    #expect(bounds.reduce(0) { $0 + Double($1) } < 0.7 * any)
  }

  @Test func filtersOfZerosRoundNothing() throws {
    for shape in Self.shapes {
      var data = ConvolutionData(shape, seed: 5)
      for tap in 0..<shape.taps { data.weight[tap] = 0 }
      var bounds = [Float](repeating: .nan, count: data.upstream.count)
      try Convolution.rounding(
        input: data.input, weight: data.weight, bias: data.bias, rounding: &bounds, shape: shape)
      #expect(bounds[..<shape.outPlane].allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: [(3, 5, 7), (2, 3, 64), (2, 4, 1500), (1, 1, 2048)])
  func innerProductsStayWithinTheBound(rows: Int, columns: Int, depth: Int) throws {
    var random = TestRandom(seed: 8)
    let (left, right) = (random.floats(rows * depth), random.floats(columns * depth))
    let bias = random.floats(columns)
    var (values, bounds) = (
      [Float](repeating: .nan, count: rows * columns),
      [Float](repeating: .nan, count: rows * columns)
    )
    try MatrixProduct.timesTransposed(
      left, right, bias: bias, result: &values, rows: rows, columns: columns, depth: depth)
    try MatrixProduct.roundingOfTimesTransposed(
      left, right, bias: bias, rounding: &bounds, rows: rows, columns: columns, depth: depth)
    let exact = (0..<rows * columns).map { place in
      (0..<depth).reduce(Double(bias[place % columns])) {
        $0 + Double(left[place / columns * depth + $1])
          * Double(right[place % columns * depth + $1])
      }
    }
    compare(values, exact, bounds)
  }

  /// Σ|W||x|, which has no rounding to fear.
  @Test(arguments: shapes) func magnitudesAreThoseOfTheTerms(shape: ConvolutionShape) throws {
    var data = ConvolutionData(shape, seed: 6, hasBias: false)
    let exact = ConvolutionReference(data).output.magnitudes
    data.input = data.input.map(abs)
    var sums = [Float](repeating: .nan, count: exact.count)
    try Convolution.magnitudes(
      input: data.input, weight: data.weight, output: &sums, shape: shape)
    for (sum, exact) in zip(sums, exact) {
      #expect(abs(Double(sum) - exact) <= exact * Double(shape.taps) * 0x1p-24)
    }
  }

  private func compare(_ values: [Float], _ exact: [Double], _ bounds: [Float]) {
    var largest = 0.0
    for index in values.indices {
      let error = abs(Double(values[index]) - exact[index])
      #expect(error <= Double(bounds[index]))
      largest = max(largest, error / Double(bounds[index]))
    }
    #expect(largest > 0.01)
  }
}
