// Which layers take Winograd's way, and how their passes are one.

/// Channels times blocks of tiles at most: their transformed values stay in the second-level cache.
private let mostChannelBlocks = 384
/// Fewer tiles do not pay for transforming the weights.
private let fewestTiles = 128
/// More products of channels and filters than these outgrow the cache with the sums of their slices.
private let mostSliceSums = 1 << 16

/// Convolves by ``WinogradConvolution``, where the shape's ``ConvolutionShape/isWinogradCase`` holds.
///
/// For each group it computes `filters` from `channels`, the others of which have no weights there; the
/// planes of other filters become 0 plus their bias.
///
/// - Returns: whether all results are finite, and would be with the channels left out; if not they are
///   useless.
/// - Throws: ``Cancelled``.
func winogradConvolution(
  input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  output: UnsafeMutablePointer<Float>, shape: ConvolutionShape, channels: [[Int]],
  filters: [[Int]]
) throws -> Bool {
  let convolution = WinogradConvolution(
    tiles: WinogradTiles(
      batch: shape.batch, sourceHeight: shape.height, sourceWidth: shape.width,
      padding: Pair(shape.rows.padding, shape.columns.padding), outHeight: shape.outHeight,
      outWidth: shape.outWidth,
      mostBlocks: mostBlocks(channels: channels.reduce(1) { max($0, $1.count) })),
    sourceChannels: shape.inChannels, outChannels: shape.outChannels, channels: channels,
    filters: filters)
  let (weight, groupIn) = (Shared(weight), shape.groupInChannels)
  return try convolution.run(
    source: input,
    weight: { filter, channel, tap in
      weight.pointer[(filter * groupIn + channel % groupIn) * 9 + tap]
    }, bias: bias, output: output)
}

/// The gradient of the input: the same with the kernel turned around, from filters to channels.
///
/// For each group `filters` are those whose weights are not all zero, and `channels` those of the input
/// that they have weights for; the planes of others become 0.
///
/// - Returns: whether all results are finite, and would be with the filters left out; if not they are
///   useless.
/// - Throws: ``Cancelled``.
func winogradConvolutionInputGradient(
  upstream: UnsafePointer<Float>, weight: UnsafePointer<Float>,
  gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape, channels: [[Int]],
  filters: [[Int]]
) throws -> Bool {
  let convolution = WinogradConvolution(
    tiles: WinogradTiles(
      batch: shape.batch, sourceHeight: shape.outHeight, sourceWidth: shape.outWidth,
      padding: Pair(2 - shape.rows.padding, 2 - shape.columns.padding), outHeight: shape.height,
      outWidth: shape.width,
      mostBlocks: mostBlocks(channels: filters.reduce(1) { max($0, $1.count) })),
    sourceChannels: shape.outChannels, outChannels: shape.inChannels, channels: filters,
    filters: channels)
  let (weight, groupIn) = (Shared(weight), shape.groupInChannels)
  return try convolution.run(
    source: upstream,
    weight: { channel, filter, tap in
      weight.pointer[(filter * groupIn + channel % groupIn) * 9 + 8 - tap]
    }, bias: nil, output: gradient)
}

/// Blocks of tiles in a chunk at most. Wide vectors take two at a time.
private func mostBlocks(channels: Int) -> Int {
  let blocks = mostChannelBlocks / channels
  return VectorWidth.isWide ? (blocks + 1) / 2 * 2 : blocks
}

extension ConvolutionShape {
  /// Whether Winograd's way is taken: for a 3×3 kernel without stride or dilation, with enough tiles
  /// to pay for transforming the weights, and enough channels for the rest; and not for images so
  /// small that padding leaves few terms, where its error would exceed that of summing in sequence.
  var isWinogradCase: Bool {
    let tiles = batch * ((outHeight + 1) / 2) * ((outWidth + 1) / 2)
    let (channels, filters) = (groupInChannels, groupOutChannels)
    return kernelHeight == 3 && kernelWidth == 3 && hasUnitStride && rows.dilation == 1
      && columns.dilation == 1 && tiles >= fewestTiles
      && min(height, width, outHeight, outWidth) >= 3
      && 6 * (channels + filters) <= channels * filters
  }
  /// Whether the weight's gradient takes Winograd's way too: not where the sums of the slices would
  /// outgrow the cache.
  var isWinogradWeightCase: Bool {
    isWinogradCase && groupInChannels * groupOutChannels <= mostSliceSums
  }
}
