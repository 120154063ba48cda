import CProcessor

/// Operations on each element by itself, at the speed of memory.
public enum Elementwise {
  /// Elements of a task: enough that handing it out costs nothing beside them.
  private static let taskLength = 1 << 15

  /// Writes x, or 0 where x < 0; −0 and NaN stay (PyTorch's `relu`).
  ///
  /// - Parameters:
  ///   - source: `count` values.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func relu(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    try map(source, source, to: target, count: count, Rectify())
  }

  /// Writes upstream, or 0 where the result of ``relu(_:to:count:)`` is not above 0; NaN passes.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the result.
  ///   - result: what relu returned.
  ///   - gradient: overwritten; may be upstream.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func reluGradient(
    upstream: UnsafePointer<Float>, result: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    try map(upstream, result, to: gradient, count: count, PassAbove())
  }

  /// Writes `first + factor · second`, fused (PyTorch's `add` with alpha; with −lr for the factor a
  /// step of gradient descent).
  ///
  /// - Parameters:
  ///   - first: `count` values.
  ///   - second: as many.
  ///   - factor: multiplies the second.
  ///   - target: overwritten.
  ///   - count: how many.
  /// - Throws: ``Cancelled``; the target is then undefined.
  public static func add(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, times factor: Float,
    to target: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    try map(first, second, to: target, count: count, AddProduct(factor: factor))
  }

  /// Writes each value or the limit that it passes; NaN stays, and the upper limit wins.
  ///
  /// - Parameters:
  ///   - source: `count` values.
  ///   - lower: the lower limit, not NaN.
  ///   - upper: the upper limit, not NaN.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func clamp(
    _ source: UnsafePointer<Float>, from lower: Float, to upper: Float,
    target: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    try map(source, source, to: target, count: count, Limit(lower: lower, upper: upper))
  }

  /// Writes the square root of each value; NaN below 0.
  ///
  /// - Parameters:
  ///   - source: `count` values.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func squareRoot(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    let (source, target, length) = (Shared(source), Shared(target), taskLength)
    try Parallel.forEach((count + length - 1) / length, work: count * 8) { task in
      let start = task * length
      // Swift calls a function for each root, which sets `errno`.
      dpu_square_roots(
        source.pointer + start, target.pointer + start, min(length, count - start))
    }
  }

  /// Writes the exponential of each value.
  ///
  /// - Parameters:
  ///   - source: `count` values.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func exp(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    try map(source, source, to: target, count: count, Exponential())
  }

  /// Writes the natural logarithm of each value.
  ///
  /// - Parameters:
  ///   - source: `count` values.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func log(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    try map(source, source, to: target, count: count, Logarithm())
  }

  /// Writes the hyperbolic tangent of each value.
  ///
  /// - Parameters:
  ///   - source: `count` values.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func tanh(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    try map(source, source, to: target, count: count, HyperbolicTangent())
  }

  /// Writes the logistic function of each value.
  ///
  /// - Parameters:
  ///   - source: `count` values.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func sigmoid(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    try map(source, source, to: target, count: count, Logistic())
  }

  /// Writes each base to the power of its exponent.
  ///
  /// - Parameters:
  ///   - bases: `count` values.
  ///   - exponents: as many.
  ///   - target: overwritten; may be one of the two.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func pow(
    _ bases: UnsafePointer<Float>, _ exponents: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, count: Int
  ) throws {
    try map(bases, exponents, to: target, count: count, work: 32, Power())
  }

  /// Writes each base to the power of one exponent.
  ///
  /// - Parameters:
  ///   - bases: `count` values.
  ///   - exponent: the exponent of all.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func pow(
    _ bases: UnsafePointer<Float>, _ exponent: Float, to target: UnsafeMutablePointer<Float>,
    count: Int
  ) throws {
    try map(bases, bases, to: target, count: count, work: 32, PowerBy(exponent: exponent))
  }

  /// Writes one base to the power of each exponent.
  ///
  /// - Parameters:
  ///   - base: the base of all.
  ///   - exponents: `count` values.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func pow(
    _ base: Float, _ exponents: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>,
    count: Int
  ) throws {
    try map(exponents, exponents, to: target, count: count, work: 32, PowerOf(base: base))
  }

  /// Eight elements at a time through an operation, the last few in a vector of their own.
  @inline(__always)
  private static func map(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, count: Int, work: Int = 8,
    _ operation: some LaneOperation
  ) throws {
    let (first, second, target) = (Shared(first), Shared(second), Shared(target))
    let length = taskLength
    try Parallel.forEach((count + length - 1) / length, work: count * work) {
      task in
      let (start, end) = (task * length, min(count, (task + 1) * length))
      let (first, second, target) = (first.pointer, second.pointer, target.pointer)
      var index = start
      while index + 8 <= end {
        store8(operation(vector(first + index), vector(second + index)), target + index)
        index += 8
      }
      if index < end {
        var (a, b) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
        for lane in 0..<end - index {
          a[lane] = first[index + lane]
          b[lane] = second[index + lane]
        }
        let result = operation(a, b)
        for lane in 0..<end - index { target[index + lane] = result[lane] }
      }
    }
  }
}

/// What becomes of eight lanes: a type and not a closure, so that it is compiled into the loop that
/// every thread runs.
private protocol LaneOperation: Sendable {
  func callAsFunction(_ first: SIMD8<Float>, _ second: SIMD8<Float>) -> SIMD8<Float>
}

private struct Rectify: LaneOperation {
  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _: SIMD8<Float>) -> SIMD8<Float> {
    first.replacing(with: 0, where: first .< 0)
  }
}

private struct PassAbove: LaneOperation {
  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _ second: SIMD8<Float>) -> SIMD8<Float> {
    first.replacing(with: 0, where: second .<= 0)
  }
}

private struct AddProduct: LaneOperation {
  let factor: Float

  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _ second: SIMD8<Float>) -> SIMD8<Float> {
    first.addingProduct(second, SIMD8(repeating: factor))
  }
}

private struct Limit: LaneOperation {
  let lower: Float
  let upper: Float

  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _: SIMD8<Float>) -> SIMD8<Float> {
    let above = first.replacing(with: lower, where: first .< lower)
    return above.replacing(with: upper, where: above .> upper)
  }
}

private struct Exponential: LaneOperation {
  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _: SIMD8<Float>) -> SIMD8<Float> {
    Elementary.exp(first)
  }
}

private struct Logarithm: LaneOperation {
  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _: SIMD8<Float>) -> SIMD8<Float> {
    Elementary.log(first)
  }
}

private struct HyperbolicTangent: LaneOperation {
  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _: SIMD8<Float>) -> SIMD8<Float> {
    Elementary.tanh(first)
  }
}

private struct Logistic: LaneOperation {
  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _: SIMD8<Float>) -> SIMD8<Float> {
    Elementary.sigmoid(first)
  }
}

private struct Power: LaneOperation {
  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _ second: SIMD8<Float>) -> SIMD8<Float> {
    Elementary.pow(first, second)
  }
}

private struct PowerBy: LaneOperation {
  let exponent: Float

  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _: SIMD8<Float>) -> SIMD8<Float> {
    Elementary.pow(first, SIMD8(repeating: exponent))
  }
}

private struct PowerOf: LaneOperation {
  let base: Float

  @inline(__always)
  func callAsFunction(_ first: SIMD8<Float>, _: SIMD8<Float>) -> SIMD8<Float> {
    Elementary.pow(SIMD8(repeating: base), first)
  }
}
