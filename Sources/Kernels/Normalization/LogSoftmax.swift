import CVectors

/// The logarithm of the softmax of rows of scores (PyTorch's `log_softmax`) and its gradient.
public enum LogSoftmax {
  /// Writes x − max − log Σ exp(x − max) for each row; the sum as ``ScoreRow`` adds it up.
  ///
  /// - Parameters:
  ///   - scores: `[rows, classes]`.
  ///   - target: as the scores; overwritten.
  ///   - rows: how many rows.
  ///   - classes: how many classes.
  ///   - isLast: whether the rows run along a tensor's last dimension.
  /// - Throws: ``Cancelled``; the target is then undefined.
  public static func forward(
    _ scores: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, rows: Int,
    classes: Int, isLast: Bool
  ) throws {
    let (scores, target) = (Shared(scores), Shared(target))
    try Parallel.forEach(rows, work: rows * classes * 16) { row in
      let source = scores.pointer + row * classes
      let line = target.pointer + row * classes
      let largest = ScoreRow.largest(of: source, count: classes)
      let logarithm = Elementary.log(
        ScoreRow.hasLanes(classes, isLast: isLast)
          ? sumInLanes(source, less: largest, count: classes)
          // Past the end are −∞, whose exponential is 0.
          : ScoreRow.sum(of: classes, isLast: isLast) {
            Elementary.exp(
              ScoreRow.eight(source + $0, of: classes - $0, else: -.infinity) - largest)
          })
      for index in 0..<classes { line[index] = (source[index] - largest) - logarithm }
    }
  }

  /// Σ exp(x − largest) in eight lanes, four vectors at a time.
  @inline(__always)
  private static func sumInLanes(
    _ source: UnsafePointer<Float>, less largest: Float, count: Int
  ) -> Float {
    var sums = SIMD8<Float>.zero
    let whole = count / 32 * 32
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
    for index in stride(from: whole, to: count, by: 8) {
      // Lanes past the end are −∞, whose exponential is 0.
      let values = ScoreRow.eight(source + index, of: count - index, else: -.infinity)
      sums += Elementary.exp(values - largest)
    }
    return lanes(sums)
  }

  /// Writes upstream − exp(result) · Σ upstream for each row, fused as in PyTorch; the sum as
  /// ``ScoreRow`` adds it up.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the result.
  ///   - result: what ``forward(_:to:rows:classes:isLast:)`` wrote.
  ///   - gradient: as the result; overwritten.
  ///   - rows: how many rows.
  ///   - classes: how many classes.
  ///   - isLast: whether the rows run along a tensor's last dimension.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func gradient(
    upstream: UnsafePointer<Float>, result: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, rows: Int, classes: Int, isLast: Bool
  ) throws {
    let (upstream, result, gradient) = (Shared(upstream), Shared(result), Shared(gradient))
    try Parallel.forEach(rows, work: rows * classes * 16) { row in
      let values = upstream.pointer + row * classes
      let logarithms = result.pointer + row * classes
      let line = gradient.pointer + row * classes
      let sum = ScoreRow.sum(of: classes, isLast: isLast) {
        ScoreRow.eight(values + $0, of: classes - $0, else: -0.0)
      }
      let whole = classes / 32 * 32
      if VectorWidth.isWide {
        dpu_wide_subtract_exponentials(values, logarithms, whole, sum, line)
      } else {
        for index in stride(from: 0, to: whole, by: 32) {
          let block = Elementary.exp(
            InlineArray<4, SIMD8<Float>> { vector(logarithms + index + $0 * 8) })
          for place in 0..<4 {
            let offset = index + place * 8
            store8(vector(values + offset).addingProduct(block[place], -sum), line + offset)
          }
        }
      }
      for index in stride(from: whole, to: classes, by: 8) {
        let count = classes - index
        let probabilities = Elementary.exp(ScoreRow.eight(logarithms + index, of: count, else: 0))
        let slopes = ScoreRow.eight(values + index, of: count, else: 0)
          .addingProduct(probabilities, -sum)
        ScoreRow.store(slopes, line + index, of: count)
      }
    }
  }
}
