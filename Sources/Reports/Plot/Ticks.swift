import Tensors

/// A number at an axis.
struct Tick: Equatable {
  let value: Double
  let label: String
}

/// The numbers that a person would write at an axis: multiples of 1, 2 or 5 times a power of ten; at
/// a logarithmic one powers of ten.
enum Ticks {
  /// Ticks at equal distances: of those that fit the ones that lie closest.
  ///
  /// - Parameters:
  ///   - extent: what the axis shows, of a length above 0.
  ///   - outward: whether the first and the last tick enclose it; else all lie within.
  ///   - fits: whether there is room for ticks; true for three or fewer.
  /// - Returns: the ticks in order.
  static func linear(
    _ extent: Extent, outward: Bool = false, where fits: ([Tick]) -> Bool
  ) -> [Tick] {
    var exponent = Int(log10(extent.upper - extent.lower).rounded(.down)) - 2
    if extent.isWhole { exponent = max(0, exponent) }
    // A number as near to a tick as this, in steps, counts as being there: 0.1 is no float32.
    let slack = 1e-3
    while true {
      for digit in [1, 2, 5] {
        let step = Decimal(digits: digit, exponent: exponent).value
        let (lower, upper) = (extent.lower / step, extent.upper / step)
        let first = outward ? (lower + slack).rounded(.down) : (lower - slack).rounded(.up)
        let last = outward ? (upper - slack).rounded(.up) : (upper + slack).rounded(.down)
        guard last - first < 1000 else { continue }
        let numbers = stride(from: Int(first), through: Int(last), by: 1).map {
          Decimal(digits: $0 * digit, exponent: exponent)
        }
        let ticks = labelled(numbers, plainFrom: 1e-3, below: 1e6)
        if fits(ticks) || ticks.count < 2 { return ticks }
      }
      exponent += 1
    }
  }

  /// Powers of ten; where fewer than three lie on the axis, 1, 2 and 5 times these, or where not
  /// even two of those do, equal distances.
  static func logarithmic(_ extent: Extent, where fits: ([Tick]) -> Bool) -> [Tick] {
    let first = Int((log10(extent.lower) - 1e-9).rounded(.up))
    let last = Int((log10(extent.upper) + 1e-9).rounded(.down))
    var choices: [[Decimal]] = []
    if last - first < 2 {
      choices.append(
        (first - 1...last + 1).flatMap { exponent in
          [1, 2, 5].map { Decimal(digits: $0, exponent: exponent) }
        }.filter {
          $0.value >= extent.lower * (1 - 1e-9) && $0.value <= extent.upper * (1 + 1e-9)
        })
    }
    if first <= last {
      for step in [1, 2, 3, 5, 10, 20, 50] {
        choices.append(
          (first...last).filter { $0.isMultiple(of: step) }
            .map { Decimal(digits: 1, exponent: $0) })
      }
    }
    for choice in choices where choice.count >= 2 {
      let ticks = labelled(choice, plainFrom: 1e-3, below: 1e5)
      if fits(ticks) { return ticks }
    }
    return linear(extent, where: fits)
  }

  /// The nearest of 1, 2 and 5 times a power of ten that is at most so large, or strictly smaller.
  static func logarithmicFloor(_ value: Double, isStrict: Bool = false) -> Double {
    let exponent = Int(log10(value).rounded(.down))
    let limit = value * (isStrict ? 1 - 1e-9 : 1 + 1e-9)
    let choices = (exponent - 1...exponent + 1).flatMap { exponent in
      [1, 2, 5].map { Decimal(digits: $0, exponent: exponent).value }
    }
    return choices.last { $0 <= limit } ?? value
  }

  /// The nearest of 1, 2 and 5 times a power of ten that is at least so large.
  static func logarithmicCeiling(_ value: Double) -> Double {
    let exponent = Int(log10(value).rounded(.down))
    let choices = (exponent - 1...exponent + 1).flatMap { exponent in
      [1, 2, 5].map { Decimal(digits: $0, exponent: exponent).value }
    }
    return choices.first { $0 >= value * (1 - 1e-9) } ?? value
  }

  /// All written out, or all with exponents where one would be long.
  private static func labelled(
    _ numbers: [Decimal], plainFrom least: Double, below most: Double
  ) -> [Tick] {
    let sizes = numbers.map(\.value.magnitude).filter { $0 > 0 }
    let (smallest, largest) = (sizes.min() ?? 1, sizes.max() ?? 1)
    // Of multiples of one step the largest decides: beside 0.4 one writes 0.0002, too.
    let isPlain = largest < most && (numbers.haveOneExponent ? largest : smallest) >= least
    return numbers.map { Tick(value: $0.value, label: isPlain ? $0.plain : $0.scientific) }
  }

  private static func log10(_ value: Double) -> Double { DoubleMath.log(value) / 2.302585092994046 }
}

/// A whole number times a power of ten, exactly.
private struct Decimal {
  let digits: Int
  let exponent: Int

  /// The nearest double.
  var value: Double { Double("\(digits)e\(exponent)") ?? .nan }

  /// Written out, with as many decimals as its exponent says: `0.20`, `500`.
  var plain: String {
    guard digits != 0 || exponent < 0 else { return "0" }
    let text = "\(digits.magnitude)"
    let sign = digits < 0 ? "-" : ""
    guard exponent < 0 else { return sign + text + String(repeating: "0", count: exponent) }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - text.count)) + text
    return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
  }

  /// A digit, what follows it, and a power of ten: `1e-5`, `2.5e6`; zero is `0`.
  var scientific: String {
    guard digits != 0 else { return "0" }
    var text = "\(digits.magnitude)"
    let power = exponent + text.count - 1
    while text.last == "0" { text.removeLast() }
    let fraction = text.dropFirst()
    return (digits < 0 ? "-" : "") + text.prefix(1) + (fraction.isEmpty ? "" : "." + fraction)
      + "e\(power)"
  }
}

extension [Decimal] {
  /// Whether all have one exponent, as multiples of one step have.
  fileprivate var haveOneExponent: Bool { allSatisfy { $0.exponent == first?.exponent } }
}
