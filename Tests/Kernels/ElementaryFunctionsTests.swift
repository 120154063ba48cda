import CLibrary
import Testing

@testable import Kernels

@Suite struct ElementaryFunctionsTests {
  static let special: [Float] = [
    0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude,
    .greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1, -1, 88.72283, 88.73, -87.4, -103.9,
    -104.5,
    0.625, -0.625, 1e-20, -1e-20,
  ]

  /// Random bits, and random values of everyday size.
  static let samples: [Float] = {
    var random = TestRandom(seed: 17)
    let anything = (0..<4000).map { _ in
      Float(bitPattern: UInt32.random(in: 0 ... .max, using: &random))
    }
    return special + anything + random.floats(4000, in: -110...110) + random.floats(4000)
      + random.floats(4000, in: 0.4...2.5)
  }()

  @Test func expIsWithinOneUnit() {
    expectClose(Elementary.exp, { exp($0) }, units: 1)
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.exp(-.infinity) == 0)
    #expect(Elementary.exp(.infinity) == .infinity)
  }

  @Test func logIsWithinOneUnit() {
    expectClose(Elementary.log, { log($0) }, units: 1)
    #expect(Elementary.log(1) == 0)
    #expect(Elementary.log(0) == -.infinity)
    #expect(Elementary.log(-1).isNaN)
  }

  @Test func tanhIsWithinTwoUnits() {
    expectClose(Elementary.tanh, { tanh($0) }, units: 2)
    #expect(Elementary.tanh(-0.0).sign == .minus)
    #expect(Elementary.tanh(0).sign == .plus)
  }

  @Test func sigmoidIsWithinTwoUnits() {
    // Below that e⁻ˣ is beyond float32, and PyTorch has 0.
    expectClose(Elementary.sigmoid, { $0 < -88.722839 ? 0 : 1 / (1 + exp(-$0)) }, units: 2)
  }

  @Test func vectorsAndSingleValuesAgree() throws {
    let source = Array(Self.samples.prefix(1003))
    var target = source
    try Elementwise.exp(source, to: &target, count: source.count)
    #expect(bits(target) == bits(source.map { Elementary.exp($0) }))
    try Elementwise.log(source, to: &target, count: source.count)
    #expect(bits(target) == bits(source.map { Elementary.log($0) }))
    try Elementwise.tanh(source, to: &target, count: source.count)
    #expect(bits(target) == bits(source.map { Elementary.tanh($0) }))
    try Elementwise.sigmoid(source, to: &target, count: source.count)
    #expect(bits(target) == bits(source.map { Elementary.sigmoid($0) }))
  }

  /// Where all of several vectors have normal results, another way is taken.
  @Test func vectorsTogetherAndSingleValuesAgree() {
    var random = TestRandom(seed: 18)
    let limits = [Float(87).nextDown, 87, Float(87).nextUp, 88.72283, 0, 0.3465736]
    let near = limits.flatMap { [$0, -$0] } + random.floats(20, in: -87...87)
    for values in [Self.samples, random.floats(40_000, in: -87...87), near] {
      for start in stride(from: 0, through: values.count - 32, by: 32) {
        let block = Elementary.exp(
          InlineArray<4, SIMD8<Float>> { place in
            SIMD8((0..<8).map { values[start + place * 8 + $0] })
          })
        let together = (0..<32).map { block[$0 / 8][$0 % 8] }
        #expect(bits(together) == bits(values[start..<start + 32].map { Elementary.exp($0) }))
      }
    }
  }

  private func expectClose(
    _ ours: (Float) -> Float, _ exact: (Double) -> Double, units: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var worst = (0.0, Float.zero)
    for x in Self.samples {
      let (value, wanted) = (ours(x), exact(Double(x)))
      if value.isNaN || wanted.isNaN || Float(wanted).isInfinite {
        let agree = value.isNaN == wanted.isNaN && (value.isNaN || value == Float(wanted))
        #expect(agree, "at \(x): \(value) for \(wanted)", sourceLocation: sourceLocation)
        continue
      }
      let unit = Double(Float(abs(wanted)).ulp)
      let error = abs(Double(value) - wanted) / unit
      if error > worst.0 { worst = (error, x) }
    }
    #expect(worst.0 <= units, "at \(worst.1)", sourceLocation: sourceLocation)
  }
}
