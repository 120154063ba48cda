import Running

/// What one number is made of, a run of elements at a time, in PyTorch's order.
public enum RowFolds {
  /// Σ x² of a run: eight lanes added up one after the other, then what is left over.
  ///
  /// As PyTorch 2.15.0's `norm` was compiled: four products of what is left over are rounded before
  /// they are added, those of the last three are fused with their sum.
  ///
  /// - Throws: ``Cancelled``.
  public static func squares(_ source: UnsafePointer<Float>, count: Int) throws -> Float {
    var lanes = SIMD8<Float>.zero
    let whole = count / 8 * 8
    try Cancellation.forEachPiece(of: count / 8, work: 8) { piece in
      for row in piece {
        let x = vector(source + row * 8)
        lanes += x * x
      }
    }
    var total = lanes[0]
    for lane in 1..<8 { total += lanes[lane] }
    let rounded = whole + (count - whole) / 4 * 4
    for index in whole..<rounded { total += source[index] * source[index] }
    for index in rounded..<count { total.addProduct(source[index], source[index]) }
    return total
  }

  /// Σ |x|ᵖ of a run, one power after the other.
  ///
  /// - Throws: ``Cancelled``.
  public static func powers(
    _ source: UnsafePointer<Float>, count: Int, exponent: Float
  ) throws -> Float {
    var total: Float = 0
    try Cancellation.forEachPiece(of: (count + 7) / 8, work: 64) { piece in
      for row in piece {
        var x = SIMD8<Float>.zero
        let taken = min(8, count - row * 8)
        for lane in 0..<taken { x[lane] = source[row * 8 + lane].magnitude }
        let powers = Elementary.pow(x, SIMD8(repeating: exponent))
        for lane in 0..<taken { total += powers[lane] }
      }
    }
    return total
  }

  /// The product of a run.
  ///
  /// - Throws: ``Cancelled``.
  public static func product(_ source: UnsafePointer<Float>, count: Int) throws -> Float {
    try inner(source, count: count, from: 1, { $0 * $1 }, { $0 * $1 })
  }

  /// The largest or smallest of a run that PyTorch's `amax` and `amin` find; NaN where one is.
  ///
  /// - Throws: ``Cancelled``.
  public static func extreme(
    _ source: UnsafePointer<Float>, count: Int, isLargest: Bool
  ) throws -> Float {
    isLargest
      ? try inner(source, count: count, from: -.infinity, larger) { $0 < $1 || $1.isNaN ? $1 : $0 }
      : try inner(source, count: count, from: .infinity, smaller) { $0 > $1 || $1.isNaN ? $1 : $0 }
  }

  /// The largest or smallest of a tensor that PyTorch's `max()` and `min()` find, of equal zeros the
  /// one that they show; NaN where one is.
  ///
  /// - Parameters:
  ///   - source: `count` elements.
  ///   - count: how many, at least one.
  ///   - isLargest: whether the largest is meant.
  /// - Returns: the element.
  /// - Throws: ``Cancelled``.
  public static func extremeOfAll(
    _ source: UnsafePointer<Float>, count: Int, isLargest: Bool
  ) throws -> Float {
    isLargest
      ? try whole(source, count: count, larger) : try whole(source, count: count, smaller)
  }

  @inline(__always)
  private static func larger(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
    b.replacing(with: a, where: (a .> b) .| (a .!= a))
  }

  @inline(__always)
  private static func smaller(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
    b.replacing(with: a, where: (a .< b) .| (a .!= a))
  }

  /// ATen's `vectorized_inner_reduction`: thirty-two lanes, joined, then what is left over.
  @inline(__always)
  private static func inner(
    _ source: UnsafePointer<Float>, count: Int, from start: Float,
    _ lanes: (SIMD8<Float>, SIMD8<Float>) -> SIMD8<Float>, _ single: (Float, Float) -> Float
  ) throws -> Float {
    var total = start
    let rows = count / 32
    if rows > 0 {
      var (a, b, c, d) = (
        vector(source), vector(source + 8), vector(source + 16), vector(source + 24)
      )
      try Cancellation.forEachPiece(of: rows - 1, work: 32) { piece in
        for row in piece {
          let base = source + (row + 1) * 32
          a = lanes(a, vector(base))
          b = lanes(b, vector(base + 8))
          c = lanes(c, vector(base + 16))
          d = lanes(d, vector(base + 24))
        }
      }
      let joined = lanes(lanes(a, b), lanes(c, d))
      var result = joined[0]
      for lane in 1..<8 { result = single(result, joined[lane]) }
      total = single(total, result)
    }
    for index in rows * 32..<count { total = single(total, source[index]) }
    return total
  }

  /// ATen's `vec::reduce_all`.
  @inline(__always)
  private static func whole(
    _ source: UnsafePointer<Float>, count: Int,
    _ lanes: (SIMD8<Float>, SIMD8<Float>) -> SIMD8<Float>
  ) throws -> Float {
    guard count >= 8 else {
      var total = SIMD8<Float>(repeating: source[0])
      for index in 1..<max(1, count) { total = lanes(total, SIMD8(repeating: source[index])) }
      return total[0]
    }
    var total = vector(source)
    try Cancellation.forEachPiece(of: count / 8 - 1, work: 8) { piece in
      for row in piece { total = lanes(total, vector(source + (row + 1) * 8)) }
    }
    let rest = count / 8 * 8
    if rest < count {
      var last = total
      for lane in 0..<count - rest { last[lane] = source[rest + lane] }
      let joined = lanes(total, last)
      for lane in 0..<count - rest { total[lane] = joined[lane] }
    }
    let halves = SIMD8(lowHalf: total.highHalf, highHalf: total.lowHalf)
    total = lanes(total, halves)
    let quarters = SIMD8(
      total[2], total[3], total[0], total[1], total[6], total[7], total[4], total[5])
    total = lanes(total, quarters)
    return lanes(
      total,
      SIMD8(total[1], total[0], total[3], total[2], total[5], total[4], total[7], total[6]))[0]
  }
}
