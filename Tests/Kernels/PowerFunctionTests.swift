import Foundation
import Testing

@testable import Kernels

struct PowerFunctionTests {
  /// The C library's `pow` in double, rounded: within one unit in the last place everywhere, and equal
  /// nearly everywhere.
  @Test func floatPowersAreNearlyAlwaysTheNearestFloat() {
    var state: UInt64 = 1
    func random() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    var unequal = 0
    for _ in 0..<20_000 {
      let base = Float(sign: .plus, exponent: Int(random() * 200) - 100, significand: 1 + random())
      let exponent = (random() - 0.5) * 40
      let found = Elementary.pow(base, exponent)
      let expected = Float(pow(Double(base), Double(exponent)))
      if found != expected { unequal += 1 }
      #expect(
        found == expected || found == expected.nextUp || found == expected.nextDown,
        "\(base) ** \(exponent)")
    }
    #expect(unequal < 20)
  }

  @Test func specialPowersAreThoseOfTheStandard() {
    let values: [Float] = [
      0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, .infinity, -.infinity, .nan, 0x1p24, -0x1p24,
      0x1p-140,
      0x1.2p24, 2.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
    ]
    for base in values {
      for exponent in values {
        let found = Elementary.pow(base, exponent)
        let expected = Float(pow(Double(base), Double(exponent)))
        #expect(
          found.bitPattern == expected.bitPattern || found.isNaN && expected.isNaN,
          "\(base) ** \(exponent)")
      }
    }
  }

  /// Python's `**` of floats, by the C library, whose error is below 0.52 units.
  @Test func doublePowersAreTheNearest() {
    var unequal = 0
    var state: UInt64 = 7
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    for _ in 0..<2_000 {
      let (base, exponent) = (random() * 100, (random() - 0.5) * 300)
      let (found, expected) = (DoublePair.power(base, exponent), pow(base, exponent))
      if found != expected { unequal += 1 }
      #expect((found - expected).magnitude <= expected.ulp)
    }
    #expect(unequal < 40)
    #expect(DoublePair.power(2, 0.5) == 1.4142135623730951)
    #expect(DoublePair.power(10, -3) == 0.001)
    #expect(DoublePair.power(2, -1074) == .leastNonzeroMagnitude)
    #expect(DoublePair.power(-2, 3) == -8 && DoublePair.power(-8, 0.5).isNaN)
    #expect(DoublePair.power(2, 1024) == .infinity && DoublePair.power(0, -1) == .infinity)
  }

  /// By the C library, whose error is below 0.52 units.
  @Test func doubleLogarithmsAreTheNearest() {
    var unequal = 0
    var state: UInt64 = 11
    for power in 0..<2_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let share = Double(state >> 11) / Double(1 << 53)
      // Over all sizes, and near 1, where little is left of a logarithm.
      let x = power < 1_000 ? (1 + share) * pow(2, Double(power) - 500) : 1 + (share - 0.5) / 64
      let (found, expected) = (DoublePair.logarithm(x), log(x))
      if found != expected { unequal += 1 }
      #expect((found - expected).magnitude <= expected.ulp, "\(x)")
    }
    #expect(unequal < 40)
    #expect(DoublePair.logarithm(1) == 0 && DoublePair.logarithm(0) == -.infinity)
    #expect(DoublePair.logarithm(.infinity) == .infinity)
    #expect(DoublePair.logarithm(-1).isNaN && DoublePair.logarithm(.nan).isNaN)
    #expect(DoublePair.logarithm(.leastNonzeroMagnitude) == log(.leastNonzeroMagnitude))
  }

  @Test func quotientsOfLargeWholeNumbersAreRoundedOnce() {
    // Python 3: 9007199254740993 / 3, 9223372036854775807 / 9223372036854775806, and others.
    #expect(DoublePair.quotient(9_007_199_254_740_993, 3) == 3_002_399_751_580_331)
    #expect(DoublePair.quotient(.max, .max - 1) == 1)
    #expect(DoublePair.quotient(1, 3) == 1.0 / 3)
    #expect(DoublePair.quotient(.min, 7) == -1.317624576693539401e18)
  }
}
