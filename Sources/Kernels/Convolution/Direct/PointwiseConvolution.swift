import Running

/// A convolution of 1 × 1 without stride or padding, and its input's gradient: for each image and
/// group a product of matrices, whose right operand is the image's planes as they are.
///
/// Each output is the chain of fused multiply-adds that ``GatherConvolution`` makes of it.
struct PointwiseConvolution: Sendable {
  let shape: ConvolutionShape
  private let counted = MultiplyAddCount()

  /// Writes the output.
  ///
  /// - Throws: ``Cancelled``.
  func forward(
    input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) throws {
    try forEachGroup { image, group in
      let filters = shape.outChannels(of: group)
      try PanelProduct(
        left: Shared(weight + filters.lowerBound * shape.taps), rowPitch: shape.taps, depthPitch: 1,
        right: Shared(input + plane(image, shape.inChannels, shape.inChannels(of: group))),
        result: Shared(output + plane(image, shape.outChannels, filters)), rows: filters.count,
        columns: shape.outPlane, depth: shape.taps,
        shifts: Shared(bias.map { $0 + filters.lowerBound })
      ).run()
      counted.add(filters.count * shape.taps * shape.outPlane)
    }
  }

  /// Writes the gradient of the input.
  ///
  /// - Throws: ``Cancelled``.
  func inputGradient(
    upstream: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>
  ) throws {
    try forEachGroup { image, group in
      let filters = shape.outChannels(of: group)
      let channels = shape.inChannels(of: group)
      try PanelProduct(
        left: Shared(weight + filters.lowerBound * shape.taps), rowPitch: 1, depthPitch: shape.taps,
        right: Shared(upstream + plane(image, shape.outChannels, filters)),
        result: Shared(gradient + plane(image, shape.inChannels, channels)), rows: channels.count,
        columns: shape.inPlane, depth: filters.count, shifts: Shared(nil)
      ).run()
    }
  }

  private func forEachGroup(_ body: (_ image: Int, _ group: Int) throws -> Void) throws {
    for image in 0..<shape.batch {
      for group in 0..<shape.groups { try body(image, group) }
    }
  }

  /// Where the first of some channels' planes lies.
  private func plane(_ image: Int, _ channels: Int, _ taken: Range<Int>) -> Int {
    (image * channels + taken.lowerBound) * shape.outPlane
  }
}

extension ConvolutionShape {
  /// Whether a layer of which all filters take part is such a product, large enough for each image to
  /// be shared out among threads.
  var isPointwiseCase: Bool {
    kernelHeight == 1 && kernelWidth == 1 && hasUnitStride && rows.padding == 0
      && columns.padding == 0
      && groupInChannels * groupOutChannels * outPlane >= Parallel.smallestWork
  }
}
