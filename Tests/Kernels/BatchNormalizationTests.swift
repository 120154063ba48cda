import Testing

@testable import Kernels

@Suite struct BatchNormalizationTests {
  @Test(arguments: [true, false]) func agreesWithDouble(usesBatch: Bool) throws {
    let shape = BatchNormalization.Shape(batch: 3, channels: 4, plane: 45)
    let count = shape.batch * shape.channels * shape.plane
    var random = TestRandom(seed: 41)
    let (input, upstream) = (random.floats(count, in: 1...5), random.floats(count))
    let (weight, bias) = (random.floats(4), random.floats(4))
    var (mean, variance) = (random.floats(4), random.floats(4, in: 0.5...2))
    var (output, gradient) = (input, input)
    var (weightGradient, biasGradient) = (weight, bias)
    if usesBatch {
      try BatchNormalization.forward(
        input: input, weight: weight, bias: bias, epsilon: 1e-5, mean: &mean, squares: &variance,
        output: &output, shape: shape)
      variance = variance.map { $0 / Float(shape.batch * shape.plane) }
    } else {
      try BatchNormalization.forward(
        input: input, mean: mean, variance: variance, weight: weight, bias: bias, epsilon: 1e-5,
        output: &output, shape: shape)
    }
    try BatchNormalization.gradients(
      upstream: upstream, input: input, mean: mean, variance: variance, weight: weight,
      epsilon: 1e-5, usesBatch: usesBatch, inputGradient: &gradient,
      weightGradient: &weightGradient, biasGradient: &biasGradient, shape: shape)

    for channel in 0..<shape.channels {
      let places = (0..<shape.batch).flatMap { image in
        (0..<shape.plane).map { (image * shape.channels + channel) * shape.plane + $0 }
      }
      let size = Double(places.count)
      var (center, spread) = (Double(mean[channel]), Double(variance[channel]))
      if usesBatch {
        center = places.reduce(0) { $0 + Double(input[$1]) } / size
        spread = places.reduce(0) {
          $0 + (Double(input[$1]) - center) * (Double(input[$1]) - center)
        }
        spread /= size
        #expect(abs(Double(mean[channel]) - center) < 1e-6)
        #expect(abs(Double(variance[channel]) - spread) < 1e-6)
      }
      let inverse = 1 / (spread + 1e-5).squareRoot()
      let normal = places.map { (Double(input[$0]) - center) * inverse }
      let above = places.map { Double(upstream[$0]) }
      let sum = above.reduce(0, +)
      let products = zip(above, normal).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(Double(biasGradient[channel]) - sum) < 1e-5)
      #expect(abs(Double(weightGradient[channel]) - products) < 2e-5)
      for (index, place) in places.enumerated() {
        let value = normal[index] * Double(weight[channel]) + Double(bias[channel])
        #expect(abs(Double(output[place]) - value) < 2e-6)
        var slope = above[index]
        if usesBatch { slope -= (sum + normal[index] * products) / size }
        slope *= Double(weight[channel]) * inverse
        #expect(abs(Double(gradient[place]) - slope) < 2e-6)
      }
    }
  }

  /// Thirty-two doubles, the rest of the eights to the first eight of them, and joined as it is
  /// written; then one value after the other.
  @Test(arguments: Array(1...70) + [784, 1000]) func planesAreSummedInLanes(count: Int) {
    let values = Self.valuesOfAllSizes(count)
    func expected(_ term: (Float) -> Float) -> Double {
      var lanes = [Double](repeating: 0, count: 32)
      for index in 0..<count / 8 * 8 {
        lanes[index < count / 32 * 32 ? index % 32 : index % 8] += Double(term(values[index]))
      }
      var joined = SIMD8<Double>.zero
      for lane in 0..<8 {
        let (first, second) = (lanes[lane] + lanes[lane + 8], lanes[lane + 16] + lanes[lane + 24])
        joined[lane] = first + second
      }
      var total = joined.sum()
      for value in values[(count / 8 * 8)...] { total += Double(term(value)) }
      return total
    }
    #expect(PlaneSums().sum(values, count) == expected { $0 })
    #expect(
      PlaneSums().squares(values, count, center: 2.9) == expected { ($0 - 2.9) * ($0 - 2.9) })
  }

  /// Values so unlike that sums in double depend on their order.
  static func valuesOfAllSizes(_ count: Int) -> [Float] {
    var random = TestRandom(seed: 42)
    return random.floats(count).map {
      Float(sign: .plus, exponent: .random(in: -40...40, using: &random), significand: $0)
    }
  }

  /// The last of nine images is by itself, the others are summed four at a time.
  @Test(arguments: Array(2...25) + [100]) func gradientsAreSummedPlaneByPlane(plane: Int) throws {
    let shape = BatchNormalization.Shape(batch: 9, channels: 2, plane: plane)
    let count = shape.batch * shape.channels * plane
    var random = TestRandom(seed: 43)
    let (input, upstream) = (random.floats(count, in: 1...5), random.floats(count))
    let (mean, variance) = ([2.9, 3.1] as [Float], [1, 1] as [Float])
    var gradient = input
    var (weightGradient, biasGradient) = (mean, mean)
    try BatchNormalization.gradients(
      upstream: upstream, input: input, mean: mean, variance: variance, weight: nil, epsilon: 0,
      usesBatch: true, inputGradient: &gradient, weightGradient: &weightGradient,
      biasGradient: &biasGradient, shape: shape)
    for channel in 0..<2 {
      var (sum, products) = (0.0, 0.0)
      for image in 0..<shape.batch {
        let start = (image * 2 + channel) * plane
        let terms = (start..<start + plane).map { (input[$0] - mean[channel]) * upstream[$0] }
        sum += Double(laneSum(Array(upstream[start..<start + plane])) { $0 + upstream[start + $1] })
        products += Double(
          laneSum(terms) {
            $0.addingProduct(input[start + $1] - mean[channel], upstream[start + $1])
          })
      }
      #expect(biasGradient[channel] == Float(sum))
      #expect(weightGradient[channel] == Float(products))
    }
  }

  /// Eight sums that are joined in halves; `last` adds what follows the last eight terms. Fewer than
  /// eight terms one after the other.
  private func laneSum(_ terms: [Float], last: (Float, Int) -> Float) -> Float {
    guard terms.count >= 8 else { return terms.dropFirst().reduce(terms[0], +) }
    var sums = Array(terms[..<8])
    for index in 8..<max(8, terms.count) {
      let lane = index % 8
      sums[lane] =
        index < terms.count / 8 * 8 ? sums[lane] + terms[index] : last(sums[lane], index)
    }
    let four = (0..<4).map { sums[$0] + sums[$0 + 4] }
    return (four[0] + four[2]) + (four[1] + four[3])
  }
}
