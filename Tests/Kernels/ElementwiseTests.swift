import Testing

@testable import Kernels

@Suite struct ElementwiseTests {
  @Test func reluKeepsMinusZeroAndNaN() throws {
    let source: [Float] = [-1, -0.0, 0, 2, .nan, -.infinity, .infinity, 3, -4]
    var target = source
    try Elementwise.relu(source, to: &target, count: 9)
    #expect(bits(target) == bits([0, -0.0, 0, 2, .nan, 0, .infinity, 3, 0]))
  }

  @Test func reluGradientPassesAboveZeroAndAtNaN() throws {
    let result: [Float] = [0, -0.0, 1, .nan, 2, 0, 3, 0, 5]
    let upstream: [Float] = [1, 2, 3, 4, -5, 6, 7, .nan, 9]
    var gradient = result
    try Elementwise.reluGradient(
      upstream: upstream, result: result, gradient: &gradient, count: 9)
    #expect(gradient == [0, 0, 3, 4, -5, 0, 7, 0, 9])
  }

  @Test(arguments: [0, 1, 7, 8, 100_001]) func stepsAreFused(count: Int) throws {
    var random = TestRandom(seed: 2)
    let (gradient, start) = (random.floats(count), random.floats(count))
    var weight = [Float](repeating: .nan, count: count)
    try Elementwise.add(start, gradient, times: -0.1, to: &weight, count: count)
    #expect(weight == zip(start, gradient).map { $0.addingProduct($1, -0.1) })
  }

  @Test(arguments: [1, 7, 8, 100_001]) func limitsAndRootsAreThoseOfEachElement(count: Int) throws {
    var random = TestRandom(seed: 3)
    var source = random.floats(count, in: -1...4)
    let special: [Float] = [.nan, -0.0, .infinity, -.infinity, 1, .leastNonzeroMagnitude]
    for (place, value) in special.enumerated() where place < count { source[place] = value }
    var target = source
    try Elementwise.squareRoot(source, to: &target, count: count)
    #expect(
      zip(source, target).allSatisfy { x, root in
        x < 0 || x.isNaN ? root.isNaN : root.bitPattern == x.squareRoot().bitPattern
      })
    for (lower, upper) in [(Float(0), Float(1)), (-.infinity, 2), (0.5, .infinity), (3, 1)] {
      try Elementwise.clamp(source, from: lower, to: upper, target: &target, count: count)
      #expect(
        zip(source, target).allSatisfy { x, limited in
          let above = x < lower ? lower : x
          return limited.bitPattern == (above > upper ? upper : above).bitPattern
        })
    }
  }
}
