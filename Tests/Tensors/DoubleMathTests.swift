import Foundation
import Testing

@testable import Tensors

struct DoubleMathTests {
  private static func unitsApart(_ a: Double, _ b: Double) -> Double {
    (a - b).magnitude / max(b.ulp, .leastNormalMagnitude)
  }

  /// The C library is within one unit itself, so two units apart means a mistake of ours.
  @Test func logarithmAgreesWithTheCLibrary() {
    var generator = Generator(seed: 11)
    for _ in 0..<20_000 {
      let value = 1 - Double(generator.next64() >> 11) * 0x1p-53
      #expect(Self.unitsApart(DoubleMath.log(value), log(value)) <= 2, "log(\(value))")
    }
    for value in [0x1p-53, 0.5, 0.25, 2.0.squareRoot() / 2, 1 - 0x1p-53, 1, 1.5, 1e-300, 1e300] {
      #expect(Self.unitsApart(DoubleMath.log(value), log(value)) <= 2, "log(\(value))")
    }
  }

  /// Near a zero of the sine its size, not the last place, bounds the error.
  @Test func sineAndCosineAgreeWithTheCLibrary() {
    var generator = Generator(seed: 12)
    var angles = (0...16).map { Double($0) * .pi / 8 }
    for _ in 0..<20_000 { angles.append(Double(generator.next64() >> 11) * 0x1p-53 * 2 * .pi) }
    for angle in angles {
      let (sine, cosine) = DoubleMath.sineAndCosine(ofTurn: angle)
      #expect((sine - sin(angle)).magnitude <= 0x1p-52, "sin(\(angle))")
      #expect((cosine - cos(angle)).magnitude <= 0x1p-52, "cos(\(angle))")
    }
  }
}
