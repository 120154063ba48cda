import Running

/// The softmax of rows of scores and its gradient.
public enum Softmax {
  /// Writes exp(x − max) / Σ exp(x − max) for each row; the sum in eight lanes, then joined.
  ///
  /// - Parameters:
  ///   - scores: `[rows, classes]`.
  ///   - target: as the scores; overwritten.
  ///   - rows: how many rows.
  ///   - classes: how many classes.
  /// - Throws: ``Cancelled``; the target is then undefined.
  public static func forward(
    _ scores: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, rows: Int, classes: Int
  ) throws {
    let (scores, target) = (Shared(scores), Shared(target))
    try Parallel.forEach(rows, work: rows * classes * 16) { row in
      let source = scores.pointer + row * classes
      let line = target.pointer + row * classes
      let largest = ScoreRow.largest(of: source, count: classes)
      var sums = SIMD8<Float>.zero
      for index in stride(from: 0, to: classes, by: 8) {
        let count = classes - index
        // Lanes past the end are −∞, whose exponential is 0.
        let powers = Elementary.exp(
          ScoreRow.eight(source + index, of: count, else: -.infinity) - largest)
        sums += powers
        ScoreRow.store(powers, line + index, of: count)
      }
      let sum = lanes(sums)
      for index in 0..<classes { line[index] /= sum }
    }
  }

  /// Writes (upstream + sign · Σ upstream · result) · result for each row; the sum in eight lanes, then
  /// joined.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the result.
  ///   - result: what ``forward(_:to:rows:classes:)`` wrote.
  ///   - gradient: as the result; overwritten.
  ///   - rows: how many rows.
  ///   - classes: how many classes.
  ///   - sign: −1; 1 adds up what the parts are, signs aside.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func gradient(
    upstream: UnsafePointer<Float>, result: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, rows: Int, classes: Int, sign: Float
  ) throws {
    let (upstream, result, gradient) = (Shared(upstream), Shared(result), Shared(gradient))
    try Parallel.forEach(rows, work: rows * classes * 4) { row in
      let values = upstream.pointer + row * classes
      let shares = result.pointer + row * classes
      let line = gradient.pointer + row * classes
      var sums = SIMD8<Float>.zero
      for index in stride(from: 0, to: classes, by: 8) {
        let count = classes - index
        sums +=
          ScoreRow.eight(values + index, of: count, else: 0)
          * ScoreRow.eight(shares + index, of: count, else: 0)
      }
      let sum = sign * lanes(sums)
      for index in 0..<classes { line[index] = (values[index] + sum) * shares[index] }
    }
  }
}
