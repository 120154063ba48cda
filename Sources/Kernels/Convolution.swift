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
  ) throws(Cancelled) {
    if shape.isReferenceCase {
      return try sequentialConvolution(
        input: input, weight: weight, bias: bias, output: output, shape: shape)
    }
    let filters = try filtersToCompute(input: input, weight: weight, shape: shape)
    try fillSkipped(output, bias: bias, filters: filters, shape: shape)
    if shape.isWinogradCase,
      try winogradConvolution(
        input: input, weight: weight, bias: bias, output: output, shape: shape, filters: filters)
    {
      return
    }
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
  ) throws(Cancelled) {
    if shape.isReferenceCase {
      return try sequentialConvolutionInputGradient(
        upstream: upstream, weight: weight, gradient: gradient, shape: shape)
    }
    let filters = try filtersToUse(upstream: upstream, weight: weight, shape: shape)
    if shape.isWinogradCase,
      try winogradConvolutionInputGradient(
        upstream: upstream, weight: weight, gradient: gradient, shape: shape, filters: filters)
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
  ) throws(Cancelled) {
    if shape.isReferenceCase {
      return try sequentialConvolutionWeightGradient(
        input: input, upstream: upstream, gradient: gradient, shape: shape)
    }
    if shape.isWinogradWeightCase,
      try WinogradWeightGradient(shape: shape).run(
        input: input, upstream: upstream, gradient: gradient)
    {
      return
    }
    try directConvolutionWeightGradient(
      input: input, upstream: upstream, gradient: gradient, shape: shape)
  }

  /// Writes the gradient of the bias `[outChannels]`: the sum of each filter's upstream gradient.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the output.
  ///   - gradient: overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func biasGradient(
    upstream: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape
  ) throws(Cancelled) {
    for filter in 0..<shape.outChannels {
      try Cancellation.check()
      if shape.isReferenceCase {
        gradient[filter] = CascadeSum.sum(
          upstream + filter * shape.outPlane, count: shape.outPlane)
      } else {
        var sum: Float = 0
        for image in 0..<shape.batch {
          let plane = upstream + (image * shape.outChannels + filter) * shape.outPlane
          for index in 0..<shape.outPlane { sum += plane[index] }
        }
        gradient[filter] = sum
      }
    }
  }
}
