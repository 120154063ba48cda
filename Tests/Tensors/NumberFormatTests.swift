import Foundation
import Testing

@testable import Tensors

struct NumberFormatTests {
  private static func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespaces)
  }

  private static func randomValues(_ count: Int) -> [Float] {
    var generator = Generator(seed: 21)
    return (0..<count).compactMap { _ in
      let value = Float(bitPattern: generator.next32())
      return value.isFinite ? value : nil
    }
  }

  /// Fixed notation by integer arithmetic writes what printf writes, ties included.
  @Test(arguments: 0...9) func fixedIsPrintf(precision: Int) {
    var options = PrintOptions()
    options.precision = precision
    options.scientific = false
    let halves = (-40...40).map { Float($0) + 0.5 } + (0..<40).map { Float($0) / 16 + 0.03125 }
    let edges: [Float] = [
      0x1p32, Float(0x1p32).nextDown, .leastNonzeroMagnitude, 0x1p-126, 16_777_218, 0.1, 999_999.94,
    ]
    for value in Self.randomValues(2000) + halves + edges {
      // A neighbour that is no integer keeps the format fixed.
      let format = NumberFormat([value, 0.5], options: options)
      #expect(
        Self.trimmed(format.string(value)) == String(format: "%.\(precision)f", Double(value)),
        "\(value)")
    }
  }

  @Test(arguments: [0, 1, 4, 8, 20]) func scientificIsPrintf(precision: Int) {
    var options = PrintOptions()
    options.precision = precision
    options.scientific = true
    for value in Self.randomValues(2000) where value != 0 {
      let text = NumberFormat([value], options: options).string(value)
      #expect(text == String(format: "%.\(precision)e", Double(value)))
    }
  }

  /// The limits where PyTorch turns to scientific notation, from its source.
  @Test func turnsToScientificNotation() {
    func isScientific(_ values: Float...) -> Bool {
      NumberFormat(values).string(values[0]).contains("e")
    }
    #expect(!isScientific(1.5, 1500))
    #expect(isScientific(1.5, 1501.5))
    #expect(!isScientific(1e8))
    #expect(isScientific(1.00001e8))
    #expect(!isScientific(0.00011))
    #expect(isScientific(0.00009))
    #expect(!isScientific(.nan, 0, .infinity))
    #expect(!isScientific(0, 0.5))
  }

  @Test func padsToTheWidestNumber() {
    let format = NumberFormat([1, -100] as [Float])
    #expect(format.width == 5)
    #expect(format.string(1) == "   1.")
    #expect(format.string(-.infinity) == " -inf")
    #expect(format.string(-.nan) == "  nan")
    #expect(format.string(-0.0) == "  -0.")
  }

  /// PyTorch 1.13.1: one that is not whole gives all of them digits, however large it is.
  @Test func largeOnesThatAreNotWholeHaveDigits() throws {
    #expect(try Tensor([1_500_000.5], shape: [1]).text() == "tensor([1500000.5000])")
    #expect(
      try Tensor([1_000_000.5, 2], shape: [2]).text() == "tensor([1.0000e+06, 2.0000e+00])")
  }
}
