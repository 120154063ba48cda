import Running

/// Products of row-major matrices, as a linear layer and its gradients need them.
///
/// The order of every sum is fixed by the sizes alone.
public enum MatrixProduct {
  /// A block of B of so many floats stays in the second-level cache while all of A passes.
  private static let cachedFloats = 1 << 16
  /// Columns of such a block at most: there are to be enough blocks for all threads.
  private static let mostColumns = 48

  /// Writes A · Bᵀ + bias: a linear layer's output from its input A and its weight B.
  ///
  /// Inner products in eight lanes over at most 1024 terms, joined and added in order, then the
  /// bias.
  ///
  /// - Parameters:
  ///   - left: A, `[rows, depth]`.
  ///   - right: B, `[columns, depth]`.
  ///   - bias: `[columns]`, or nil for none.
  ///   - result: `[rows, columns]`; overwritten.
  ///   - rows: rows of A.
  ///   - columns: rows of B.
  ///   - depth: columns of A and of B.
  /// - Throws: ``Cancelled``; the result is then undefined.
  public static func timesTransposed(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    result: UnsafeMutablePointer<Float>, rows: Int, columns: Int, depth: Int
  ) throws {
    let depthAtOnce = max(1, min(depth, InnerProducts.depthAtOnce))
    let width = max(3, min(Self.mostColumns, Self.cachedFloats / depthAtOnce / 3 * 3))
    let product = InnerProducts(
      left: Shared(left), right: Shared(right), result: Shared(result), rows: rows,
      columns: columns, depth: depth)
    let bias = Shared(bias)
    let tasks = (columns + width - 1) / width
    let parts = max(1, min(Parallel.enoughTasks / max(1, tasks), (rows + 15) / 16))
    try Parallel.forEach(tasks * parts, work: rows * columns * depth) { task in
      let start = task / parts * width
      let columns = start..<min(columns, start + width)
      let (part, blocks) = (task % parts, product.blocks.count)
      let range = blocks * part / parts..<blocks * (part + 1) / parts
      try product.run(blocks: range, columns: columns, bias: bias.pointer)
    }
  }

  /// Writes A · B: the gradient of a linear layer's input from upstream A and the weight B.
  ///
  /// Fused multiply-adds in order.
  ///
  /// - Parameters:
  ///   - left: A, `[rows, depth]`.
  ///   - right: B, `[depth, columns]`.
  ///   - result: `[rows, columns]`; overwritten.
  ///   - rows: rows of A.
  ///   - columns: columns of B.
  ///   - depth: columns of A, rows of B.
  /// - Throws: ``Cancelled``; the result is then undefined.
  public static func times(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    result: UnsafeMutablePointer<Float>, rows: Int, columns: Int, depth: Int
  ) throws {
    try PanelProduct(
      left: Shared(left), rowPitch: depth, depthPitch: 1, right: Shared(right),
      result: Shared(result), rows: rows, columns: columns, depth: depth
    ).run()
  }

  /// Writes Aᵀ · B: the gradient of a linear layer's weight from upstream A and the input B.
  ///
  /// Fused multiply-adds in order, from 0. Of a single row each element is the product alone, so that
  /// its zero keeps a sign, unless A or B has one column: as PyTorch 2.15.0, whose library takes
  /// another way for vectors.
  ///
  /// - Parameters:
  ///   - left: A, `[depth, rows]`.
  ///   - right: B, `[depth, columns]`.
  ///   - result: `[rows, columns]`; overwritten.
  ///   - rows: columns of A.
  ///   - columns: columns of B.
  ///   - depth: rows of A and of B.
  /// - Throws: ``Cancelled``; the result is then undefined.
  public static func transposedTimes(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    result: UnsafeMutablePointer<Float>, rows: Int, columns: Int, depth: Int
  ) throws {
    if depth == 1, rows > 1, columns > 1 {
      return try outerProduct(left, right, result: result, rows: rows, columns: columns)
    }
    try PanelProduct(
      left: Shared(left), rowPitch: 1, depthPitch: rows, right: Shared(right),
      result: Shared(result), rows: rows, columns: columns, depth: depth
    ).run()
  }

  /// Writes a · bᵀ of two vectors, each element the product alone.
  ///
  /// - Parameters:
  ///   - left: a, `[rows]`.
  ///   - right: b, `[columns]`.
  ///   - result: `[rows, columns]`; overwritten.
  ///   - rows: the elements of a.
  ///   - columns: the elements of b.
  /// - Throws: ``Cancelled``; the result is then undefined.
  public static func outerProduct(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>,
    result: UnsafeMutablePointer<Float>, rows: Int, columns: Int
  ) throws {
    let (left, right, result) = (Shared(left), Shared(right), Shared(result))
    try Parallel.forEach(rows, work: rows * columns) { row in
      try Cancellation.check()
      let (factor, target) = (left.pointer[row], result.pointer + row * columns)
      for column in 0..<columns { target[column] = factor * right.pointer[column] }
    }
  }

  /// Writes the sum of each column, in order: the gradient of a linear layer's bias.
  ///
  /// - Parameters:
  ///   - matrix: `[rows, columns]`.
  ///   - sums: `[columns]`; overwritten.
  ///   - rows: rows of the matrix.
  ///   - columns: columns of the matrix.
  /// - Throws: ``Cancelled``; the sums are then undefined.
  public static func columnSums(
    _ matrix: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>, rows: Int, columns: Int
  ) throws {
    sums.update(repeating: 0, count: columns)
    for row in 0..<rows {
      if row % 64 == 0 { try Cancellation.check() }
      for column in 0..<columns { sums[column] += matrix[row * columns + column] }
    }
  }
}
