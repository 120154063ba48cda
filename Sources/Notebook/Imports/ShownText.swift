/// Compares what a notebook has shown with what is shown here.
enum ShownText {
  /// Whether two texts differ in nothing but the last digits of their numbers: orders of summation do
  /// that.
  ///
  /// - Parameters:
  ///   - first: the lines of one.
  ///   - second: the lines of the other.
  /// - Returns: whether they do.
  static func areAlike(_ first: [String], _ second: [String]) -> Bool {
    if first == second { return true }
    let (words, others) = (parts(of: first), parts(of: second))
    return words.count == others.count && zip(words, others).allSatisfy(areAlike)
  }

  /// Words and numbers; how wide they stand apart depends on the digits.
  private static func parts(of lines: [String]) -> [Substring] {
    lines.flatMap { line in
      var parts: [Substring] = []
      for piece in line.split(separator: " ") {
        var rest = piece
        while let first = rest.first {
          let isNumber = isPartOfNumber(first)
          let part = rest.prefix { isPartOfNumber($0) == isNumber }
          parts.append(part)
          rest = rest.dropFirst(part.count)
        }
      }
      return parts
    }
  }

  private static func isPartOfNumber(_ character: Character) -> Bool {
    character.isASCII && (character.isNumber || ".+-e".contains(character))
  }

  /// Numbers of float32 are known to about seven digits; those that are printed to fewer may differ
  /// by one unit of the last.
  private static func areAlike(_ first: Substring, _ second: Substring) -> Bool {
    if first == second { return true }
    guard let one = Double(first), let other = Double(second), first.contains("."),
      second.contains(".")
    else { return false }
    let difference = abs(one - other)
    return difference <= 1e-6 * max(abs(one), abs(other))
      || unit(first) == unit(second) && difference <= unit(first) * 1.001
  }

  /// One unit of the last place that is printed, of those with few.
  private static func unit(_ text: Substring) -> Double {
    let mantissa = text.prefix { $0 != "e" }
    let digits = mantissa.drop { $0 != "." }.dropFirst().count
    guard (1...5).contains(digits) else { return 0 }
    var unit = 1.0
    for _ in 0..<digits { unit /= 10 }
    if let exponent = Int(text.dropFirst(mantissa.count + 1)), abs(exponent) < 60 {
      for _ in 0..<abs(exponent) { unit *= exponent < 0 ? 0.1 : 10 }
    }
    return unit
  }
}
