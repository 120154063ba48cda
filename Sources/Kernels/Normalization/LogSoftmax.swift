import CVectors

/// The logarithm of the softmax of rows of scores (PyTorch's `log_softmax`) and its gradient.
public enum LogSoftmax {
  /// Writes x − max − log Σ exp(x − max) for each row; the sum in eight lanes, then joined.
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
      let whole = classes / 32 * 32
      if VectorWidth.isWide {
        withUnsafeMutablePointer(to: &sums) {
          $0.withMemoryRebound(to: Float.self, capacity: 8) {
            dpu_wide_add_exponentials(source, whole, largest, $0)
          }
        }
      } else {
        for index in stride(from: 0, to: whole, by: 32) {
          let block = Elementary.exp(
            InlineArray<4, SIMD8<Float>> { vector(source + index + $0 * 8) - largest })
          for place in 0..<4 { sums += block[place] }
        }
      }
      for index in stride(from: whole, to: classes, by: 8) {
        // Lanes past the end are −∞, whose exponential is 0.
        let values = ScoreRow.eight(source + index, of: classes - index, else: -.infinity)
        sums += Elementary.exp(values - largest)
      }
      let logarithm = Elementary.log(lanes(sums))
      for index in 0..<classes { line[index] = (source[index] - largest) - logarithm }
    }
  }

  /// Writes upstream − exp(result) · Σ upstream for each row; the sum in eight lanes, then joined.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the result.
  ///   - result: what ``forward(_:to:rows:classes:)`` wrote.
  ///   - gradient: as the result; overwritten.
  ///   - rows: how many rows.
  ///   - classes: how many classes.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func gradient(
    upstream: UnsafePointer<Float>, result: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, rows: Int, classes: Int
  ) throws {
    let (upstream, result, gradient) = (Shared(upstream), Shared(result), Shared(gradient))
    try Parallel.forEach(rows, work: rows * classes * 16) { row in
      let values = upstream.pointer + row * classes
      let logarithms = result.pointer + row * classes
      let line = gradient.pointer + row * classes
      var sums = SIMD8<Float>.zero
      for index in stride(from: 0, to: classes, by: 8) {
        sums += ScoreRow.eight(values + index, of: classes - index, else: 0)
      }
      let sum = lanes(sums)
      let whole = classes / 32 * 32
      if VectorWidth.isWide {
        dpu_wide_subtract_exponentials(values, logarithms, whole, sum, line)
      } else {
        for index in stride(from: 0, to: whole, by: 32) {
          let block = Elementary.exp(
            InlineArray<4, SIMD8<Float>> { vector(logarithms + index + $0 * 8) })
          for place in 0..<4 {
            let offset = index + place * 8
            store8(vector(values + offset) - block[place] * sum, line + offset)
          }
        }
      }
      for index in stride(from: whole, to: classes, by: 8) {
        let count = classes - index
        let probabilities = Elementary.exp(ScoreRow.eight(logarithms + index, of: count, else: 0))
        let slopes = ScoreRow.eight(values + index, of: count, else: 0) - probabilities * sum
        ScoreRow.store(slopes, line + index, of: count)
      }
    }
  }
}
