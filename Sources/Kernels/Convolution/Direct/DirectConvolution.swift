import Running

// Convolution and its input's gradient as sums over shifted planes: no window is ever copied.

/// Convolves by ``GatherConvolution``, or ``PointwiseConvolution`` to the same bits.
///
/// For each group it computes `filters`; the planes of others are left alone.
///
/// - Throws: ``Cancelled``.
func directConvolution(
  input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  output: UnsafeMutablePointer<Float>, shape: ConvolutionShape, filters: [[Int]]
) throws {
  if shape.isPointwiseCase, filters == (try shape.allFilters()) {
    return try PointwiseConvolution(shape: shape).forward(
      input: input, weight: weight, bias: bias, output: output)
  }
  let gather = GatherConvolution(
    plan: try shape.forwardPlan(), batch: shape.batch, sourceChannels: shape.inChannels,
    outChannels: shape.outChannels,
    channels: try shape.channelsOfGroups(), filters: filters,
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
  if shape.isPointwiseCase, filters == (try shape.allFilters()) {
    return try PointwiseConvolution(shape: shape).inputGradient(
      upstream: upstream, weight: weight, gradient: gradient)
  }
  let (groupIn, kernel) = (shape.groupInChannels, shape.kernelHeight * shape.kernelWidth)
  let (rows, columns) = (try shape.rows.gradientPhases(), try shape.columns.gradientPhases())
  if rows.count < min(shape.rows.stride, shape.height)
    || columns.count < min(shape.columns.stride, shape.width)
  {
    try fill(gradient, count: shape.batch * shape.inChannels * shape.inPlane)
  }
  for row in rows {
    for column in columns {
      let gather = GatherConvolution(
        plan: try shape.inputGradientPlan(row, column), batch: shape.batch,
        sourceChannels: shape.outChannels, outChannels: shape.inChannels, channels: filters,
        filters: try shape.channelsOfGroups(),
        outSteps: Pair(shape.rows.stride, shape.columns.stride), outTop: row.first,
        outLeft: column.first, outPlaneHeight: shape.height, outPlaneWidth: shape.width)
      try gather.run(
        source: upstream,
        weight: { channel, filter, tap in
          weight[(filter * groupIn + channel % groupIn) * kernel + tap]
        }, bias: nil, output: gradient)
    }
  }
}

/// The positions first, first + stride, … of an input's gradient, and the taps that reach them.
struct GradientPhase: Sendable {
  let first: Int
  let count: Int
  /// Each tap, and by how much upstream is shifted there: position first + i · stride gets upstream
  /// i + shift.
  var taps: [(tap: Int, shift: Int)]
}

extension WindowAxis {
  /// The positions of an input's gradient by their remainder modulo the stride, as far as taps reach
  /// them.
  ///
  /// - Throws: ``Cancelled``.
  func gradientPhases() throws -> [GradientPhase] {
    var phases: [Int: GradientPhase] = [:]
    for tap in 0..<kernel {
      try Cancellation.check()
      // Position p gets upstream (p + padding − tap · dilation) / stride.
      let distance = padding - tap * dilation
      let rest = -distance % stride
      let first = rest < 0 ? rest + stride : rest
      guard first < size else { continue }
      phases[
        first,
        default: GradientPhase(
          first: first, count: (size - first + stride - 1) / stride, taps: [])
      ]
      .taps.append((tap, (first + distance) / stride))
    }
    return phases.values.sorted { $0.first < $1.first }
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

  /// For each group its input channels.
  ///
  /// - Throws: ``Cancelled``.
  func channelsOfGroups() throws -> [[Int]] {
    try (0..<groups).map { group in
      try Cancellation.check()
      return Array(inChannels(of: group))
    }
  }

  /// The plan of the forward pass.
  ///
  /// - Throws: ``Cancelled``.
  func forwardPlan() throws -> GatherPlan {
    try GatherPlan(
      sourceHeight: height, sourceWidth: width, padTop: rows.padding, padLeft: columns.padding,
      steps: Pair(rows.stride, columns.stride),
      taps: try claimedList(kernelHeight * kernelWidth) { index in
        GatherPlan.Tap(
          row: index / kernelWidth * rows.dilation, column: index % kernelWidth * columns.dilation,
          index: index)
      }, outHeight: outHeight, outWidth: outWidth)
  }

  /// The plan of the input gradient where a phase of the rows and one of the columns meet.
  ///
  /// - Throws: ``Cancelled``.
  func inputGradientPlan(_ rows: GradientPhase, _ columns: GradientPhase) throws -> GatherPlan {
    let firstRow = rows.taps.reduce(Int.max) { min($0, $1.shift) }
    let firstColumn = columns.taps.reduce(Int.max) { min($0, $1.shift) }
    return try GatherPlan(
      sourceHeight: outHeight, sourceWidth: outWidth, padTop: -firstRow, padLeft: -firstColumn,
      steps: 1,
      taps: try claimedList(rows.taps.count * columns.taps.count) { index in
        let row = rows.taps[index / columns.taps.count]
        let column = columns.taps[index % columns.taps.count]
        return GatherPlan.Tap(
          row: row.shift - firstRow, column: column.shift - firstColumn,
          index: row.tap * kernelWidth + column.tap)
      }, outHeight: rows.count, outWidth: columns.count)
  }
}
