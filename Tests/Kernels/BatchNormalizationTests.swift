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
    if usesBatch {
      try BatchNormalization.statistics(
        input: input, mean: &mean, squares: &variance, shape: shape)
      variance = variance.map { $0 / Float(shape.batch * shape.plane) }
    }
    var (output, gradient) = (input, input)
    var (weightGradient, biasGradient) = (weight, bias)
    try BatchNormalization.forward(
      input: input, mean: mean, variance: variance, weight: weight, bias: bias, epsilon: 1e-5,
      usesBatch: usesBatch, output: &output, shape: shape)
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
}
