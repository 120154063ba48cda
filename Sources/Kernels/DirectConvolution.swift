// Convolution and its input's gradient as sums over shifted planes: no window is ever copied.

/// Convolves by ``GatherConvolution``.
///
/// For each group it computes `filters`; the planes of others are left alone.
///
/// - Throws: ``Cancelled``.
func directConvolution(
  input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  output: UnsafeMutablePointer<Float>, shape: ConvolutionShape, filters: [[Int]]
) throws {
  let gather = GatherConvolution(
    plan: shape.forwardPlan, batch: shape.batch, sourceChannels: shape.inChannels,
    outChannels: shape.outChannels,
    channels: (0..<shape.groups).map { Array(shape.inChannels(of: $0)) }, filters: filters,
    outPlaneHeight: shape.outHeight, outPlaneWidth: shape.outWidth)
  let (groupIn, kernel) = (shape.groupInChannels, shape.kernelHeight * shape.kernelWidth)
  try gather.run(
    source: input,
    weight: { filter, channel, tap in
      weight[(filter * groupIn + channel % groupIn) * kernel + tap]
    }, bias: bias, output: output)
}

/// The gradient of the input.
///
/// With a stride each remainder of row and column sees taps of its own: as many smaller plans
/// without stride, so that no zero is ever multiplied.
///
/// For each group `filters` are those whose weights are not all zero.
///
/// - Throws: ``Cancelled``.
func directConvolutionInputGradient(
  upstream: UnsafePointer<Float>, weight: UnsafePointer<Float>,
  gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape, filters: [[Int]]
) throws {
  if shape.isScatterCase {
    return try ScatterInputGradient(shape: shape, filters: filters).run(
      upstream: upstream, weight: weight, gradient: gradient)
  }
  let (groupIn, kernel) = (shape.groupInChannels, shape.kernelHeight * shape.kernelWidth)
  for top in 0..<min(shape.stride, shape.height) {
    for left in 0..<min(shape.stride, shape.width) {
      guard let plan = shape.inputGradientPlan(top: top, left: left) else {
        try clear(gradient, top: top, left: left, shape: shape)
        continue
      }
      let gather = GatherConvolution(
        plan: plan, batch: shape.batch, sourceChannels: shape.outChannels,
        outChannels: shape.inChannels, channels: filters,
        filters: (0..<shape.groups).map { Array(shape.inChannels(of: $0)) },
        outStep: shape.stride, outTop: top, outLeft: left, outPlaneHeight: shape.height,
        outPlaneWidth: shape.width)
      try gather.run(
        source: upstream,
        weight: { channel, filter, tap in
          weight[(filter * groupIn + channel % groupIn) * kernel + tap]
        }, bias: nil, output: gradient)
    }
  }
}

/// Zeros where no tap reaches.
private func clear(
  _ gradient: UnsafeMutablePointer<Float>, top: Int, left: Int, shape: ConvolutionShape
) throws {
  for plane in 0..<shape.batch * shape.inChannels {
    try Cancellation.check()
    for y in Swift.stride(from: top, to: shape.height, by: shape.stride) {
      for x in Swift.stride(from: left, to: shape.width, by: shape.stride) {
        gradient[plane * shape.inPlane + y * shape.width + x] = 0
      }
    }
  }
}

extension ConvolutionShape {
  /// The input channels of a group.
  func inChannels(of group: Int) -> Range<Int> {
    group * groupInChannels..<(group + 1) * groupInChannels
  }

  /// The filters of a group.
  func outChannels(of group: Int) -> Range<Int> {
    group * groupOutChannels..<(group + 1) * groupOutChannels
  }

  /// The plan of the forward pass.
  var forwardPlan: GatherPlan {
    GatherPlan(
      sourceHeight: height, sourceWidth: width, padTop: padding, padLeft: padding, step: stride,
      taps: (0..<kernelHeight * kernelWidth).map { index in
        GatherPlan.Tap(
          row: index / kernelWidth * dilation, column: index % kernelWidth * dilation, index: index)
      }, outHeight: outHeight, outWidth: outWidth)
  }

  /// The plan of the input gradient at the rows top, top + stride, … and columns left, left +
  /// stride, …; nil where no tap reaches.
  func inputGradientPlan(top: Int, left: Int) -> GatherPlan? {
    // Row y of the gradient gets upstream row (y + padding − kernelRow · dilation) / stride.
    let rows = shifts(of: kernelHeight, from: top)
    let columns = shifts(of: kernelWidth, from: left)
    guard let firstRow = rows.map(\.shift).min(), let firstColumn = columns.map(\.shift).min()
    else { return nil }
    return GatherPlan(
      sourceHeight: outHeight, sourceWidth: outWidth, padTop: -firstRow, padLeft: -firstColumn,
      step: 1,
      taps: rows.flatMap { row in
        columns.map { column in
          GatherPlan.Tap(
            row: row.shift - firstRow, column: column.shift - firstColumn,
            index: row.tap * kernelWidth + column.tap)
        }
      }, outHeight: (height - top + stride - 1) / stride,
      outWidth: (width - left + stride - 1) / stride)
  }

  private func shifts(of kernel: Int, from first: Int) -> [(tap: Int, shift: Int)] {
    (0..<kernel).compactMap { tap in
      let distance = first + padding - tap * dilation
      return distance % stride == 0 ? (tap, distance / stride) : nil
    }
  }
}
