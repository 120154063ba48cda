import Running

/// Two-dimensional convolution (PyTorch's `conv2d`: a cross-correlation) and its gradients on raw
/// buffers.
///
/// The order of every sum is fixed by the ``ConvolutionShape`` alone.
public enum Convolution {
  /// Writes the output `[batch, outChannels, outHeight, outWidth]`.
  ///
  /// - Parameters:
  ///   - input: `[batch, inChannels, height, width]`.
  ///   - weight: `[outChannels, inChannels / groups, kernelHeight, kernelWidth]`.
  ///   - bias: `[outChannels]`, or nil for none.
  ///   - output: uninitialized or old values; overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``Cancelled``; the output is then undefined.
  public static func forward(
    input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, shape: ConvolutionShape
  ) throws {
    if shape.isReferenceCase {
      return try sequentialConvolution(
        input: input, weight: weight, bias: bias, output: output, shape: shape)
    }
    var filters = try shape.activeFilters(weight)
    if shape.isWinogradCase {
      // Each of Winograd's results depends on all of its windows: where those of one filter are
      // finite, no zero of a skipped one would have met an infinity or NaN.
      if filters.contains(where: \.isEmpty) {
        filters = try filtersToCompute(active: filters, input: input, shape: shape)
      }
      func isDoneByWinograd(_ channels: [[Int]]) throws -> Bool {
        try winogradConvolution(
          input: input, weight: weight, bias: bias, output: output, shape: shape,
          channels: channels, filters: filters)
      }
      let (all, some) = (
        try shape.channelsOfGroups(), try shape.activeChannels(weight, filters: filters)
      )
      if try isDoneByWinograd(some) { return }
      // What is finite in a channel that was left out may still be too large for that.
      if some != all, try isDoneByWinograd(all) { return }
    }
    filters = try filtersToCompute(active: filters, input: input, shape: shape)
    try fillSkipped(output, bias: bias, filters: filters, shape: shape)
    try directConvolution(
      input: input, weight: weight, bias: bias, output: output, shape: shape, filters: filters)
  }

  /// Writes the gradient of the input `[batch, inChannels, height, width]`.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the output.
  ///   - weight: the weight of the forward pass.
  ///   - gradient: overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func inputGradient(
    upstream: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape
  ) throws {
    if shape.isReferenceCase {
      return try sequentialConvolutionInputGradient(
        upstream: upstream, weight: weight, gradient: gradient, shape: shape)
    }
    let active = try shape.activeFilters(weight)
    func isDoneByWinograd(_ channels: [[Int]], _ filters: [[Int]]) throws -> Bool {
      try winogradConvolutionInputGradient(
        upstream: upstream, weight: weight, gradient: gradient, shape: shape, channels: channels,
        filters: filters)
    }
    if shape.isWinogradCase,
      try isDoneByWinograd(try shape.activeChannels(weight, filters: active), active)
    {
      return
    }
    let filters = try filtersToUse(active: active, upstream: upstream, shape: shape)
    if shape.isWinogradCase, filters != active,
      try isDoneByWinograd(try shape.channelsOfGroups(), filters)
    {
      return
    }
    try directConvolutionInputGradient(
      upstream: upstream, weight: weight, gradient: gradient, shape: shape, filters: filters)
  }

  /// Writes the gradient of the weight.
  ///
  /// - Parameters:
  ///   - input: the input of the forward pass.
  ///   - upstream: the gradient of the output.
  ///   - gradient: `[outChannels, inChannels / groups, kernelHeight, kernelWidth]`; overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func weightGradient(
    input: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape
  ) throws {
    if shape.isReferenceCase {
      return try sequentialConvolutionWeightGradient(
        input: input, upstream: upstream, gradient: gradient, shape: shape)
    }
    try shape.claimLists()
    if shape.isWinogradWeightCase,
      try WinogradWeightGradient(shape: shape).run(
        input: input, upstream: upstream, gradient: gradient)
    {
      return
    }
    try directConvolutionWeightGradient(
      input: input, upstream: upstream, gradient: gradient, shape: shape)
  }
}
