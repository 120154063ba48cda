import Running

/// Means under a window (PyTorch's `avg_pool2d`, padding counted; without dilation) and their gradient.
public enum AveragePooling {
  /// Writes the mean of each window: its sum in the order of rows, divided by its size.
  ///
  /// - Parameters:
  ///   - input: `[planes, height, width]`.
  ///   - output: `[planes, outHeight, outWidth]`; overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``Cancelled``; the output is then undefined.
  public static func forward(
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, shape: PoolingShape
  ) throws {
    let (input, output) = (Shared(input), Shared(output))
    let (size, columns) = (Float(shape.kernelArea), shape.columns)
    let vectors = shape.vectorColumns
    let isLong = shape.hasLongWindows
    let work = shape.work
    try Parallel.forEach(shape.planes, work: work) { plane in
      let source = input.pointer + plane * shape.inPlane
      try shape.forEachStretch { y, outputs in
        let values = output.pointer + plane * shape.outPlane + y * shape.outWidth
        let rows = shape.rows.inside(y)
        var x = outputs.lowerBound
        while x < outputs.upperBound {
          if let start = shape.vectorStart(x, in: vectors) {
            var sum = SIMD8<Float>.zero
            for row in rows {
              if isLong { try Cancellation.check() }
              let line = source + row * shape.width + start * columns.stride - columns.padding
              for tap in 0..<columns.kernel { sum += everyOther(line + tap, columns.stride) }
            }
            store8(sum / size, values + start)
            x = start + 8
            continue
          }
          var sum: Float = 0
          for row in rows {
            if isLong { try Cancellation.check() }
            for column in columns.inside(x) { sum += source[row * shape.width + column] }
          }
          values[x] = sum / size
          x += 1
        }
      }
    }
  }

  /// Writes the gradient of the input: each upstream value's share added to its whole window.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the output.
  ///   - gradient: as the input; overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func gradient(
    upstream: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, shape: PoolingShape
  ) throws {
    let (upstream, gradient) = (Shared(upstream), Shared(gradient))
    let (size, columns) = (Float(shape.kernelArea), shape.columns)
    let isLong = shape.hasLongWindows
    let work = shape.work
    try Parallel.forEach(shape.planes, work: work) { plane in
      let target = gradient.pointer + plane * shape.inPlane
      try Cancellation.forEachPiece(of: shape.inPlane) { piece in
        (target + piece.lowerBound).update(repeating: 0, count: piece.count)
      }
      try shape.forEachStretch { y, outputs in
        let values = upstream.pointer + plane * shape.outPlane + y * shape.outWidth
        for x in outputs {
          let share = values[x] / size
          for row in shape.rows.inside(y) {
            if isLong { try Cancellation.check() }
            for column in columns.inside(x) { target[row * shape.width + column] += share }
          }
        }
      }
    }
  }
}
