import Running

/// How large some numbers are, and how many of them are zero: what a table says of a gradient.
public struct Magnitudes: Equatable, Sendable {
  /// How many numbers there are.
  public private(set) var count = 0
  /// How many of them are zero.
  public private(set) var zeros = 0
  /// The largest absolute value; NaN where one of them is NaN, 0 where there are none.
  public private(set) var largest: Float = 0

  /// No numbers yet.
  public init() {}

  /// Those of some numbers.
  ///
  /// - Throws: `Cancelled`.
  public init(_ numbers: [Float]) throws {
    try Cancellation.forEachPiece(of: numbers.count) { piece in
      for number in numbers[piece] { add(number) }
    }
  }

  /// Takes one more number.
  @inlinable
  public mutating func add(_ number: Float) { add(number.magnitude, zeros: number == 0 ? 1 : 0, 1) }

  /// Takes what is known of others.
  public mutating func add(_ others: Magnitudes) {
    add(others.largest, zeros: others.zeros, others.count)
  }

  @usableFromInline
  mutating func add(_ magnitude: Float, zeros: Int, _ count: Int) {
    self.count += count
    self.zeros += zeros
    // A NaN is the largest thing a gradient can have.
    largest = largest.isNaN || magnitude.isNaN ? .nan : max(largest, magnitude)
  }
}
