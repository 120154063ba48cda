/// The sizes of a two-dimensional convolution, as PyTorch's `conv2d` names them.
///
/// Buffers are dense and row-major: input `[batch, inChannels, height, width]`, weight
/// `[outChannels, inChannels / groups, kernelHeight, kernelWidth]`, output
/// `[batch, outChannels, outHeight, outWidth]`. Callers have checked that every size is positive,
/// that `groups` divides both channel counts, and that the kernel fits into the padded input.
public struct ConvolutionShape: Sendable, Hashable {
  /// Images in the batch.
  public var batch: Int
  /// Channels of the input.
  public var inChannels: Int
  /// Rows of one input plane.
  public var height: Int
  /// Columns of one input plane.
  public var width: Int
  /// Channels of the output: the number of filters.
  public var outChannels: Int
  /// Rows of the kernel.
  public var kernelHeight: Int
  /// Columns of the kernel.
  public var kernelWidth: Int
  /// Step of the window, in both directions.
  public var stride: Int
  /// Zeros added on every side of the input.
  public var padding: Int
  /// Distance between two taps of the kernel.
  public var dilation: Int
  /// Number of independent groups of channels.
  public var groups: Int

  /// Makes the description of a convolution.
  public init(
    batch: Int, inChannels: Int, height: Int, width: Int, outChannels: Int,
    kernelHeight: Int, kernelWidth: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) {
    self.batch = batch
    self.inChannels = inChannels
    self.height = height
    self.width = width
    self.outChannels = outChannels
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// Rows of one output plane.
  public var outHeight: Int {
    (height + 2 * padding - dilation * (kernelHeight - 1) - 1) / stride + 1
  }

  /// Columns of one output plane.
  public var outWidth: Int {
    (width + 2 * padding - dilation * (kernelWidth - 1) - 1) / stride + 1
  }

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

  /// Columns of an input plane with its padding.
  var paddedWidth: Int { width + 2 * padding }

  /// Elements of an input plane with its padding.
  var paddedPlane: Int { (height + 2 * padding) * paddedWidth }

  /// Whether PyTorch 1.13.1 computes this layer on its own sequential path, whose order of
  /// summation is the reference.
  var isReferenceCase: Bool {
    batch == 1 && groups == 1 && kernelHeight <= 3 && kernelWidth <= 3
      && inChannels * inPlane <= 20_480
  }
}
