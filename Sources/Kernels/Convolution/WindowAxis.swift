/// One dimension of a convolution or a pooling: a window that moves over a padded row.
///
/// There is no other way to make one than ``both(height:width:kernel:stride:padding:dilation:)``,
/// which checks it. So arithmetic on its numbers cannot overflow: each is at most ``limit``, and so is
/// every position that an output of it reads.
public struct WindowAxis: Sendable, Hashable {
  /// The most that a padded size may be, and the most elements of a tensor.
  public static let limit = 1 << 31

  /// Elements of the row, without its padding.
  public let size: Int
  /// Taps of the window.
  public let kernel: Int
  /// Step of the window; no more than ``padded``, as longer ones lead out of the row as well.
  public let stride: Int
  /// Elements added on either side.
  public let padding: Int
  /// Distance between two taps.
  public let dilation: Int
  /// Positions of the window.
  public let outputs: Int

  /// Distance between the outer taps, both counted.
  public var reach: Int { dilation * (kernel - 1) + 1 }

  /// Elements of the row with its padding.
  public var padded: Int { size + 2 * padding }

  /// The window of a plane: its rows and its columns.
  ///
  /// - Throws: ``WindowError`` where a number is too small or too large, or the kernel does not fit.
  public static func both(
    height: Int, width: Int, kernel: Pair, stride: Pair, padding: Pair, dilation: Pair
  ) throws(WindowError) -> (rows: WindowAxis, columns: WindowAxis) {
    guard min(height, width, kernel.rows, kernel.columns) >= 1,
      min(stride.rows, stride.columns, dilation.rows, dilation.columns) >= 1,
      min(padding.rows, padding.columns) >= 0
    else { throw .notPositive }
    let padded = Pair(
      paddedSize(height, padding.rows), paddedSize(width, padding.columns))
    guard max(padded.rows, padded.columns) <= limit else { throw .paddedTooLarge(padded) }
    let reach = Pair(
      windowReach(kernel.rows, dilation.rows), windowReach(kernel.columns, dilation.columns))
    guard reach.rows <= padded.rows, reach.columns <= padded.columns else {
      throw .kernelTooLarge(padded: padded, reach: reach)
    }
    return (
      WindowAxis(height, kernel.rows, stride.rows, padding.rows, dilation.rows),
      WindowAxis(width, kernel.columns, stride.columns, padding.columns, dilation.columns)
    )
  }

  private init(_ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int) {
    let padded = size + 2 * padding
    self.size = size
    self.kernel = kernel
    self.stride = min(stride, padded)
    self.padding = padding
    self.dilation = dilation
    outputs = (padded - (dilation * (kernel - 1) + 1)) / self.stride + 1
  }
}

/// A size with its padding on both sides, or the largest number.
private func paddedSize(_ size: Int, _ padding: Int) -> Int {
  let (both, overflow) = padding.multipliedReportingOverflow(by: 2)
  let (sum, overflow2) = size.addingReportingOverflow(both)
  return overflow || overflow2 ? .max : sum
}

/// What a kernel reaches over, or the largest number.
private func windowReach(_ kernel: Int, _ dilation: Int) -> Int {
  let (distance, overflow) = dilation.multipliedReportingOverflow(by: kernel - 1)
  return overflow || distance == .max ? .max : distance + 1
}

/// The product of sizes that are not negative, or the largest number where it is larger.
func clampedProduct(_ first: Int, _ second: Int, _ third: Int = 1) -> Int {
  let (product, overflow) = first.multipliedReportingOverflow(by: second)
  let (result, overflow2) = product.multipliedReportingOverflow(by: third)
  return overflow || overflow2 ? .max : result
}

/// Checks that a tensor of these sizes can be.
///
/// - Throws: ``WindowError/tooManyElements(_:)``.
func checkElements(_ sizes: [4 of Int]) throws(WindowError) {
  var count = 1
  for index in sizes.indices {
    let (product, overflow) = count.multipliedReportingOverflow(by: sizes[index])
    guard !overflow, product <= WindowAxis.limit else {
      throw .tooManyElements(sizes.indices.map { sizes[$0] })
    }
    count = product
  }
}
