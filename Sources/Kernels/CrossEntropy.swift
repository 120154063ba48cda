/// Softmax and cross-entropy against class numbers (PyTorch's `cross_entropy`, mean over the rows).
public enum CrossEntropy {
  /// Writes log-softmax of each row and returns the mean loss.
  ///
  /// - Parameters:
  ///   - scores: `[rows, classes]`.
  ///   - targets: the class of each row, already validated.
  ///   - logProbabilities: as the scores; overwritten.
  ///   - rows: how many rows.
  ///   - classes: how many classes.
  /// - Returns: the mean over the rows of −log probability of the target.
  /// - Throws: ``Cancelled``; the output is then undefined.
  public static func forward(
    scores: UnsafePointer<Float>, targets: UnsafePointer<Int>,
    logProbabilities: UnsafeMutablePointer<Float>, rows: Int, classes: Int
  ) throws(Cancelled) -> Float {
    try logSoftmax(scores, to: logProbabilities, rows: rows, classes: classes)
    var sum: Float = 0
    for row in 0..<rows { sum -= logProbabilities[row * classes + targets[row]] }
    return sum / Float(rows)
  }

  /// Writes the gradient of the scores: (probability − 1 at the target) · upstream / rows.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the loss.
  ///   - logProbabilities: what the forward pass wrote.
  ///   - targets: the class of each row.
  ///   - gradient: as the scores; overwritten.
  ///   - rows: how many rows.
  ///   - classes: how many classes.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func gradient(
    upstream: Float, logProbabilities: UnsafePointer<Float>, targets: UnsafePointer<Int>,
    gradient: UnsafeMutablePointer<Float>, rows: Int, classes: Int
  ) throws(Cancelled) {
    try Elementwise.exp(logProbabilities, to: gradient, count: rows * classes)
    let share = upstream / Float(rows)
    for row in 0..<rows {
      if row % 256 == 0 { try Cancellation.check() }
      let line = gradient + row * classes
      line[targets[row]] -= 1
      for index in 0..<classes { line[index] *= share }
    }
  }

  /// Writes x − max − log Σ exp(x − max) for each row; the sum in eight lanes, then joined.
  ///
  /// - Parameters:
  ///   - scores: `[rows, classes]`.
  ///   - target: as the scores; overwritten.
  ///   - rows: how many rows.
  ///   - classes: how many classes.
  /// - Throws: ``Cancelled``; the output is then undefined.
  public static func logSoftmax(
    _ scores: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, rows: Int, classes: Int
  ) throws(Cancelled) {
    let (scores, target) = (Shared(scores), Shared(target))
    try Parallel.forEach(rows, work: rows * classes * 16) { row throws(Cancelled) in
      let source = scores.pointer + row * classes
      let line = target.pointer + row * classes
      var largest = source[0]
      for index in 1..<max(1, classes) where source[index] > largest || source[index].isNaN {
        largest = source[index]
      }
      var sums = SIMD8<Float>.zero
      var index = 0
      while index < classes {
        // Lanes past the end are −∞, whose exponential is 0.
        var value = SIMD8<Float>(repeating: -.infinity)
        if index + 8 <= classes {
          value = vector(source + index)
        } else {
          for lane in 0..<classes - index { value[lane] = source[index + lane] }
        }
        sums += Elementary.exp(value - largest)
        index += 8
      }
      let logarithm = Elementary.log(lanes(sums))
      for index in 0..<classes { line[index] = (source[index] - largest) - logarithm }
    }
  }
}
