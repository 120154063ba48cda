/// What softmax and its logarithm read of a row of scores.
enum ScoreRow {
  /// The largest of the values. A NaN compares false and is passed over; its exponential makes the
  /// row's sum NaN all the same.
  @inline(__always)
  static func largest(of values: UnsafePointer<Float>, count: Int) -> Float {
    var (first, second) = (SIMD8<Float>(repeating: -.infinity), SIMD8(repeating: -Float.infinity))
    for index in stride(from: 0, to: count, by: 16) {
      let low = eight(values + index, of: count - index, else: -.infinity)
      let high = eight(values + index + 8, of: count - index - 8, else: -.infinity)
      first = first.replacing(with: low, where: low .> first)
      second = second.replacing(with: high, where: high .> second)
    }
    return max(first.max(), second.max())
  }

  /// Whether PyTorch adds a row up in lanes, which are then joined: along the last dimension, and once
  /// the lanes are filled. Other rows it adds up in order.
  @inline(__always)
  static func hasLanes(_ count: Int, isLast: Bool) -> Bool { isLast && count >= 8 }

  /// A sum in PyTorch's order; −0 of nothing but −0 along the last dimension, where it starts from
  /// the first value, not from 0.
  ///
  /// - Parameters:
  ///   - count: how many values the row has.
  ///   - isLast: whether the row runs along the last dimension.
  ///   - eight: the eight values from a place on, −0 past the end.
  /// - Returns: the sum.
  @inline(__always)
  static func sum(of count: Int, isLast: Bool, _ eight: (Int) -> SIMD8<Float>) -> Float {
    if hasLanes(count, isLast: isLast) {
      var sums = SIMD8<Float>(repeating: -0.0)
      for index in stride(from: 0, to: count, by: 8) { sums += eight(index) }
      return lanes(sums)
    }
    var sum: Float = isLast ? -0.0 : 0
    for index in stride(from: 0, to: count, by: 8) {
      let values = eight(index)
      for lane in 0..<min(8, count - index) { sum += values[lane] }
    }
    return sum
  }

  /// Eight elements, or the `count` that are left and a filler.
  @inline(__always)
  static func eight(
    _ source: UnsafePointer<Float>, of count: Int, else filler: Float
  ) -> SIMD8<Float> {
    guard count < 8 else { return vector(source) }
    var values = SIMD8<Float>(repeating: filler)
    for lane in 0..<max(0, count) { values[lane] = source[lane] }
    return values
  }

  /// Writes eight elements, or the `count` that are left.
  @inline(__always)
  static func store(
    _ values: SIMD8<Float>, _ target: UnsafeMutablePointer<Float>, of count: Int
  ) {
    guard count < 8 else { return store8(values, target) }
    for lane in 0..<max(0, count) { target[lane] = values[lane] }
  }
}
