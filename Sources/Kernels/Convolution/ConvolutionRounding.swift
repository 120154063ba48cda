import Running

// How far the sums of a convolution are from the exact ones, at most.

extension Convolution {
  /// Writes for each output of ``forward(input:weight:bias:output:shape:)`` by how much it can be wrong.
  ///
  /// Each rounding to float32 is wrong by 2⁻²⁴ of its result at most. The results on the way are
  /// those of the same sums in the same order, which no bound for any order could know (N. Higham,
  /// "Accuracy and Stability of Numerical Algorithms", section 3.3: running error analysis).
  ///
  /// - Parameters:
  ///   - input: the input of the forward pass.
  ///   - weight: its weight.
  ///   - bias: its bias, or nil for none.
  ///   - rounding: as the output; overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``OutOfMemory``, ``Cancelled``; the result is then undefined.
  public static func rounding(
    input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rounding: UnsafeMutablePointer<Float>, shape: ConvolutionShape
  ) throws {
    if !shape.isReferenceCase, shape.isWinogradCase {
      return try WinogradRounding(shape: shape).run(
        input: input, weight: weight, bias: bias, rounding: rounding)
    }
    let (input, weight, bias) = (Shared(input), Shared(weight), Shared(bias))
    let rounding = Shared(rounding)
    let work = 3 * shape.batch * shape.outChannels * shape.outPlane * shape.taps
    try Parallel.forEach(shape.batch * shape.outChannels, work: work) { task in
      let (image, filter) = (task / shape.outChannels, task % shape.outChannels)
      let firstChannel = filter / shape.groupOutChannels * shape.groupInChannels
      try roundingOfPlane(
        input.pointer + (image * shape.inChannels + firstChannel) * shape.inPlane,
        weight.pointer + filter * shape.taps, bias: bias.pointer?[filter] ?? 0,
        to: rounding.pointer + task * shape.outPlane, shape)
    }
  }

  /// Writes Σ|W|·x for an input of magnitudes: by how much at most a difference of x in the input can
  /// change each output.
  ///
  /// The terms are added up one by one: what ``WinogradConvolution`` takes away again could leave too
  /// little.
  ///
  /// - Parameters:
  ///   - input: as of the forward pass, nowhere below 0.
  ///   - weight: its weight.
  ///   - output: as its output; overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``OutOfMemory``, ``Cancelled``; the result is then undefined.
  public static func magnitudes(
    input: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, shape: ConvolutionShape
  ) throws {
    let count = shape.outChannels * shape.taps
    try Scratch.withFloats(count) { magnitudes in
      try Cancellation.forEachPiece(of: count) { piece in
        for index in piece { magnitudes[index] = abs(weight[index]) }
      }
      try directConvolution(
        input: input, weight: magnitudes, bias: nil, output: output, shape: shape,
        filters: try shape.allFilters())
    }
  }
}

/// By what factor a bound that was itself added up in float32, of so many terms, is enlarged so that
/// nothing is lost, and what is added for results too small for float32's relative error.
func boundSlack(terms: Int) -> (factor: Float, underflow: Float) {
  (1 + Float(terms + 32) * .ulpOfOne, Float(terms + 32) * .leastNonzeroMagnitude)
}

extension Float {
  /// The largest relative error of one rounding to float32: 2⁻²⁴.
  public static let unitRoundoff = ulpOfOne / 2
}

/// One plane of the bound: of chains of fused multiply-adds to which the bias is added last, or of
/// those that begin with the bias and round each product.
private func roundingOfPlane(
  _ source: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, bias: Float,
  to plane: UnsafeMutablePointer<Float>, _ shape: ConvolutionShape
) throws {
  plane.update(repeating: 0, count: shape.outPlane)
  guard !isAllZero(weight, count: shape.taps) else { return }
  let (rows, columns, isSequential) = (shape.rows, shape.columns, shape.isReferenceCase)
  try Scratch.withFloats(shape.outPlane) { sums in
    sums.update(repeating: isSequential ? bias : 0, count: shape.outPlane)
    for channel in 0..<shape.groupInChannels {
      try Cancellation.check()
      for tap in 0..<rows.kernel * columns.kernel {
        let factor = weight[channel * rows.kernel * columns.kernel + tap]
        guard factor != 0 else { continue }
        let (down, right) = (tap / columns.kernel, tap % columns.kernel)
        let across = columns.outputs(reading: right)
        let shift = right * columns.dilation - columns.padding
        for y in rows.outputs(reading: down) {
          let row = y * rows.stride + down * rows.dilation - rows.padding
          let line = source + (channel * shape.height + row) * shape.width + shift
          let (sums, plane) = (sums + y * shape.outWidth, plane + y * shape.outWidth)
          if isSequential {
            for x in across {
              let product = factor * line[x * columns.stride]
              sums[x] += product
              plane[x] += abs(product) + abs(sums[x])
            }
          } else {
            for x in across {
              sums[x] = sums[x].addingProduct(factor, line[x * columns.stride])
              plane[x] += abs(sums[x])
            }
          }
        }
      }
    }
    let slack = boundSlack(terms: 2 * shape.taps)
    for index in 0..<shape.outPlane {
      if !isSequential, bias != 0 { plane[index] += abs(sums[index] + bias) }
      plane[index] = plane[index] * .unitRoundoff * slack.factor + slack.underflow
    }
  }
}

extension WindowAxis {
  /// The outputs at which a tap reads an element and not padding.
  fileprivate func outputs(reading tap: Int) -> Range<Int> {
    let first = max(0, (padding - tap * dilation + stride - 1) / stride)
    let last = size - 1 + padding - tap * dilation
    return last < 0
      ? 0..<0 : min(first, outputs)..<max(min(first, outputs), min(outputs, last / stride + 1))
  }
}
