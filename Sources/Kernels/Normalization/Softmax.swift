import Running

/// The softmax of rows of scores and its gradient.
public enum Softmax {
  /// Writes exp(x − max) / Σ exp(x − max) for each row; the sum as ``ScoreRow`` adds it up, and along
  /// the last dimension times its reciprocal, as in PyTorch.
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
      let sum = ScoreRow.sum(of: classes, isLast: isLast) { index in
        let count = classes - index
        // Past the end are −∞, whose exponential is 0.
        let powers = Elementary.exp(
          ScoreRow.eight(source + index, of: count, else: -.infinity) - largest)
        ScoreRow.store(powers, line + index, of: count)
        return powers
      }
      let share = 1 / sum
      for index in 0..<classes { line[index] = isLast ? line[index] * share : line[index] / sum }
    }
  }

  /// Writes (upstream + sign · Σ upstream · result) · result for each row; the sum as ``ScoreRow`` adds
  /// it up, fused along other dimensions than the last.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the result.
  ///   - result: what ``forward(_:to:rows:classes:isLast:)`` wrote.
  ///   - gradient: as the result; overwritten.
  ///   - rows: how many rows.
  ///   - classes: how many classes.
  ///   - isLast: whether the rows run along a tensor's last dimension.
  ///   - sign: −1; 1 adds up what the parts are, signs aside.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func gradient(
    upstream: UnsafePointer<Float>, result: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, rows: Int, classes: Int, isLast: Bool, sign: Float
  ) throws {
    let (upstream, result, gradient) = (Shared(upstream), Shared(result), Shared(gradient))
    try Parallel.forEach(rows, work: rows * classes * 4) { row in
      let values = upstream.pointer + row * classes
      let shares = result.pointer + row * classes
      let line = gradient.pointer + row * classes
      var sum: Float = 0
      if isLast {
        sum = ScoreRow.sum(of: classes, isLast: true) {
          let count = classes - $0
          return ScoreRow.eight(values + $0, of: count, else: -0.0)
            * ScoreRow.eight(shares + $0, of: count, else: 0)
        }
      } else {
        for index in 0..<classes { sum.addProduct(values[index], shares[index]) }
      }
      sum *= sign
      for index in 0..<classes { line[index] = (values[index] + sum) * shares[index] }
    }
  }
}
