/// Operations on each element by itself, at the speed of memory.
public enum Elementwise {
  /// Writes x, or 0 where x < 0; −0 and NaN stay (PyTorch's `relu`).
  ///
  /// - Parameters:
  ///   - source: `count` values.
  ///   - target: overwritten; may be the source.
  ///   - count: how many.
  /// - Throws: ``Cancelled``.
  public static func relu(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
  ) throws(Cancelled) {
    try map(source, to: target, count: count) { $0.replacing(with: 0, where: $0 .< 0) }
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
  ) throws(Cancelled) {
    try map(upstream, result, to: gradient, count: count) { upstream, result in
      upstream.replacing(with: 0, where: result .<= 0)
    }
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
  ) throws(Cancelled) {
    let factor = SIMD8<Float>(repeating: factor)
    try map(first, second, to: target, count: count) { $0.addingProduct($1, factor) }
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
  ) throws(Cancelled) {
    try map(source, to: target, count: count) { Elementary.exp($0) }
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
  ) throws(Cancelled) {
    try map(source, to: target, count: count) { Elementary.log($0) }
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
  ) throws(Cancelled) {
    try map(source, to: target, count: count) { Elementary.tanh($0) }
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
  ) throws(Cancelled) {
    try map(source, to: target, count: count) { Elementary.sigmoid($0) }
  }

  /// Eight elements at a time through `body`, the last few in a vector of their own.
  @inline(__always)
  private static func map(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int,
    _ body: @Sendable (SIMD8<Float>) -> SIMD8<Float>
  ) throws(Cancelled) {
    try map(source, source, to: target, count: count) { first, _ in body(first) }
  }

  @inline(__always)
  private static func map(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, count: Int,
    _ body: @Sendable (SIMD8<Float>, SIMD8<Float>) -> SIMD8<Float>
  ) throws(Cancelled) {
    let (first, second, target) = (Shared(first), Shared(second), Shared(target))
    let length = 1 << 15
    try Parallel.forEach((count + length - 1) / length, work: count * 8) {
      task throws(Cancelled) in
      let (start, end) = (task * length, min(count, (task + 1) * length))
      let (first, second, target) = (first.pointer, second.pointer, target.pointer)
      var index = start
      while index + 8 <= end {
        store8(body(vector(first + index), vector(second + index)), target + index)
        index += 8
      }
      if index < end {
        var (a, b) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
        for lane in 0..<end - index {
          a[lane] = first[index + lane]
          b[lane] = second[index + lane]
        }
        let result = body(a, b)
        for lane in 0..<end - index { target[index + lane] = result[lane] }
      }
    }
  }
}
