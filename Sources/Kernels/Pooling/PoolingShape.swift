import Running

/// The sizes of a two-dimensional pooling, as PyTorch's `max_pool2d` and `avg_pool2d` name them, with
/// `ceil_mode` off.
///
/// Buffers are dense planes, one for each image and channel. Making one checks it, and nothing
/// changes it afterwards.
public struct PoolingShape: Sendable, Hashable {
  /// Planes: images times channels.
  public let planes: Int
  /// The window along a column of a plane, from row to row.
  public let rows: WindowAxis
  /// The window along a row of a plane, from column to column.
  public let columns: WindowAxis

  /// Makes the description of a pooling.
  ///
  /// - Throws: ``WindowError`` where a number is too small or too large, the kernel does not fit, or
  ///   the padding is more than half of the kernel.
  public init(
    planes: Int, height: Int, width: Int, kernel: Pair, stride: Pair, padding: Pair = 0,
    dilation: Pair = 1
  ) throws(WindowError) {
    guard planes >= 1 else { throw .notPositive }
    let (rows, columns) = try WindowAxis.both(
      height: height, width: width, kernel: kernel, stride: stride, padding: padding,
      dilation: dilation)
    guard padding.rows <= kernel.rows / 2, padding.columns <= kernel.columns / 2 else {
      throw .paddingTooLarge(padding, kernel: kernel)
    }
    try checkElements([1, planes, height, width])
    try checkElements([1, planes, rows.outputs, columns.outputs])
    self.planes = planes
    self.rows = rows
    self.columns = columns
  }

  /// Rows of one input plane.
  public var height: Int { rows.size }

  /// Columns of one input plane.
  public var width: Int { columns.size }

  /// Rows of one output plane.
  public var outHeight: Int { rows.outputs }

  /// Columns of one output plane.
  public var outWidth: Int { columns.outputs }

  /// Elements of one input plane.
  public var inPlane: Int { height * width }

  /// Elements of one output plane.
  public var outPlane: Int { outHeight * outWidth }

  /// Taps of a window, those in the padding included.
  public var kernelArea: Int { rows.kernel * columns.kernel }

  /// Elements that a window takes at most.
  public var windowWork: Int { min(rows.kernel, height) * min(columns.kernel, width) }

  /// Whether a single window is worth a look at the flag after each of its rows.
  var hasLongWindows: Bool { windowWork > Cancellation.piece }

  /// Calls `body` for the windows of a plane, and looks at the flag in between.
  ///
  /// - Parameters:
  ///   - first: the window to begin with, counted along the rows.
  ///   - body: takes a row, and columns of it: all, or as many as their windows' work allows.
  /// - Throws: ``Cancelled``, and what `body` throws.
  @inline(__always)
  func forEachStretch(from first: Int = 0, _ body: (Int, Range<Int>) throws -> Void) throws {
    let length = max(8, Cancellation.piece / windowWork)
    var left = length
    var column = first % outWidth
    for row in first / outWidth..<outHeight {
      while column < outWidth {
        if left <= 0 {
          try Cancellation.check()
          left = length
        }
        let end = min(outWidth, column + length)
        try body(row, column..<end)
        left -= end - column
        column = end
      }
      column = 0
    }
  }

  /// Steps that all windows take together.
  var work: Int { clampedProduct(planes * outPlane, windowWork, 4) }

  /// The output columns whose windows lie within the row, where vectors of eight can take them.
  var vectorColumns: Range<Int> {
    let (stride, padding) = (columns.stride, columns.padding)
    let first = (padding + stride - 1) / stride
    let last = (width + padding - columns.reach) / stride + 1
    return stride <= 2 && last - first >= 8 ? first..<last : 0..<0
  }

  /// The column where a vector for column `x` begins: `x`, or earlier by as much as the vector would
  /// reach past the last column; nil where no vector takes it.
  @inline(__always)
  func vectorStart(_ x: Int, in columns: Range<Int>) -> Int? {
    columns.contains(x) ? min(x, columns.upperBound - 8) : nil
  }
}

extension WindowAxis {
  /// Where the taps of an output's window that are not padding begin and end, ``dilation`` apart.
  @inlinable @inline(__always)
  public func inside(_ output: Int) -> Range<Int> {
    let start = output * stride - padding
    let end = min(size, start + reach)
    let first = start >= 0 ? start : start + (dilation - 1 - start) / dilation * dilation
    return first..<max(first, end)
  }
}
