/// The sizes of a two-dimensional pooling, as PyTorch's `max_pool2d` and `avg_pool2d` name them, with
/// `ceil_mode` off.
///
/// Buffers are dense planes, one for each image and channel. Callers have checked that every size
/// is positive, that the padding is at most half the kernel, and that the kernel fits.
public struct PoolingShape: Sendable, Hashable {
  /// Planes: images times channels.
  public var planes: Int
  /// Rows of one input plane.
  public var height: Int
  /// Columns of one input plane.
  public var width: Int
  /// Rows of the window.
  public var kernelHeight: Int
  /// Columns of the window.
  public var kernelWidth: Int
  /// Step of the window, in both directions.
  public var stride: Int
  /// Rows and columns added on every side.
  public var padding: Int

  /// Makes the description of a pooling.
  public init(
    planes: Int, height: Int, width: Int, kernelHeight: Int, kernelWidth: Int, stride: Int,
    padding: Int = 0
  ) {
    self.planes = planes
    self.height = height
    self.width = width
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.stride = stride
    self.padding = padding
  }

  /// Rows of one output plane.
  public var outHeight: Int { (height + 2 * padding - kernelHeight) / stride + 1 }

  /// Columns of one output plane.
  public var outWidth: Int { (width + 2 * padding - kernelWidth) / stride + 1 }

  /// Elements of one input plane.
  public var inPlane: Int { height * width }

  /// Elements of one output plane.
  public var outPlane: Int { outHeight * outWidth }

  /// The input rows under the window of an output row.
  @inline(__always)
  func rows(_ y: Int) -> Range<Int> {
    max(0, y * stride - padding)..<min(height, y * stride - padding + kernelHeight)
  }

  /// The input columns under the window of an output column.
  @inline(__always)
  func columns(_ x: Int) -> Range<Int> {
    max(0, x * stride - padding)..<min(width, x * stride - padding + kernelWidth)
  }

  /// The output columns whose windows lie within the row, where vectors of eight can take them.
  var vectorColumns: Range<Int> {
    let first = (padding + stride - 1) / stride
    let last = (width + padding - kernelWidth) / stride + 1
    return stride <= 2 && last - first >= 8 ? first..<last : 0..<0
  }

  /// The column where a vector for column `x` begins: `x`, or earlier by as much as the vector would
  /// reach past the last column; nil where no vector takes it.
  @inline(__always)
  func vectorStart(_ x: Int, in columns: Range<Int>) -> Int? {
    columns.contains(x) ? min(x, columns.upperBound - 8) : nil
  }
}
