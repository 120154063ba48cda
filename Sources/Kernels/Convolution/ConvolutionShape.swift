/// The sizes of a two-dimensional convolution, as PyTorch's `conv2d` names them.
///
/// Buffers are dense and row-major: input `[batch, inChannels, height, width]`, weight
/// `[outChannels, inChannels / groups, kernelHeight, kernelWidth]`, output
/// `[batch, outChannels, outHeight, outWidth]`.
///
/// Making one checks it, and nothing changes it afterwards: every size that the kernels compute from
/// it, scratch included, is known not to overflow.
public struct ConvolutionShape: Sendable, Hashable {
  /// At least the positions of a band of more than one row (``GatherPlan``).
  private static let bandPositions = 1024
  /// More floats than these no machine has room for, and sixteen times as many bytes and more can
  /// still be counted.
  private static let scratchLimit = 1 << 48

  /// Images in the batch.
  public let batch: Int
  /// Channels of the input.
  public let inChannels: Int
  /// Channels of the output: the number of filters.
  public let outChannels: Int
  /// Number of independent groups of channels.
  public let groups: Int
  /// The window along a column of a plane, from row to row.
  public let rows: WindowAxis
  /// The window along a row of a plane, from column to column.
  public let columns: WindowAxis

  /// Makes the description of a convolution.
  ///
  /// - Throws: ``WindowError`` where a number is too small or too large, the kernel does not fit, or
  ///   the groups do not divide the channels.
  public init(
    batch: Int, inChannels: Int, height: Int, width: Int, outChannels: Int, kernel: Pair,
    stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1, groups: Int = 1
  ) throws(WindowError) {
    guard min(batch, inChannels, outChannels, groups) >= 1 else { throw .notPositive }
    guard inChannels % groups == 0, outChannels % groups == 0 else { throw .channels }
    let (rows, columns) = try WindowAxis.both(
      height: height, width: width, kernel: kernel, stride: stride, padding: padding,
      dilation: dilation)
    try checkElements([batch, inChannels, height, width])
    try checkElements([outChannels, inChannels / groups, kernel.rows, kernel.columns])
    try checkElements([batch, outChannels, rows.outputs, columns.outputs])
    self.batch = batch
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.groups = groups
    self.rows = rows
    self.columns = columns
    // A plan holds some sixteen times what a band's taps read at most, and a band of more than one
    // row has about a thousand positions.
    let channels = max(groupInChannels, groupOutChannels)
    let positions = max(Self.bandPositions, columns.outputs, width)
    let reads = clampedProduct(channels * kernel.rows * kernel.columns, positions)
    guard reads <= Self.scratchLimit else {
      throw .scratchTooLarge
    }
  }

  /// Rows of one input plane.
  public var height: Int { rows.size }

  /// Columns of one input plane.
  public var width: Int { columns.size }

  /// Rows of the kernel.
  public var kernelHeight: Int { rows.kernel }

  /// Columns of the kernel.
  public var kernelWidth: Int { columns.kernel }

  /// Rows of one output plane.
  public var outHeight: Int { rows.outputs }

  /// Columns of one output plane.
  public var outWidth: Int { columns.outputs }

  /// Input channels that one filter sees.
  public var groupInChannels: Int { inChannels / groups }

  /// Filters of one group.
  public var groupOutChannels: Int { outChannels / groups }

  /// Weights of one filter.
  public var taps: Int { groupInChannels * kernelHeight * kernelWidth }

  /// Elements of one output plane.
  public var outPlane: Int { outHeight * outWidth }

  /// Elements of one input plane.
  public var inPlane: Int { height * width }

  /// Whether the window moves by single steps.
  var hasUnitStride: Bool { rows.stride == 1 && columns.stride == 1 }

  /// Whether PyTorch 1.13.1 computes this layer on its own sequential path, whose order of
  /// summation is the reference.
  var isReferenceCase: Bool {
    batch == 1 && groups == 1 && kernelHeight <= 3 && kernelWidth <= 3
      && inChannels * inPlane <= 20_480
  }
}
