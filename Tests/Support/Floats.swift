/// Float32 values that a fixture holds as hexadecimal floats, such as `0x1.8p-1`, or plain numbers.
public struct Floats: Decodable, Sendable {
  /// The values.
  public let values: [Float]

  /// Reads numbers separated by blanks.
  ///
  /// - Throws: `DecodingError` for a word that is no number.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    values = try text.split(separator: " ").map { word in
      guard let value = Float(word) else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "'\(word)' is no number")
      }
      return value
    }
  }
}

/// Where two lists of floats differ in a bit; NaNs are all alike.
public struct FloatDifference: CustomStringConvertible, Equatable {
  /// The difference in words.
  public let description: String

  /// The difference, nil where there is none.
  public init?(_ found: [Float], _ expected: [Float]) {
    guard found.count == expected.count else {
      description = "\(found.count) values, not \(expected.count)"
      return
    }
    let places = found.indices.filter { index in
      let (a, b) = (found[index], expected[index])
      return a.bitPattern != b.bitPattern && !(a.isNaN && b.isNaN)
    }
    guard let first = places.first else { return nil }
    description =
      "\(places.count) of \(found.count) differ, first at \(first): "
      + "found \(found[first]), expected \(expected[first])"
  }

  /// The same with a tolerance relative to the largest value expected (at least 1).
  public init?(_ found: [Float], near expected: [Float], tolerance: Float) {
    guard found.count == expected.count else {
      description = "\(found.count) values, not \(expected.count)"
      return
    }
    let limit = tolerance * max(1, expected.lazy.map(\.magnitude).max() ?? 1)
    guard
      let first = found.indices.first(where: { !((found[$0] - expected[$0]).magnitude <= limit) })
    else { return nil }
    description =
      "at \(first): found \(found[first]), expected \(expected[first]) within \(limit)"
  }
}
