import Running

// Convolution in the order of PyTorch 1.13.1's own path for small layers: every sum runs in
// sequence, each product is rounded before it is added, and padding takes part as zeros. The loops
// are arranged so that vectors run across independent sums, never along one.

/// Convolves in sequence: each output starts from its bias and adds its taps in the order
/// (channel, kernel row, kernel column).
///
/// - Throws: ``Cancelled``.
func sequentialConvolution(
  input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
  output: UnsafeMutablePointer<Float>, shape: ConvolutionShape
) throws {
  guard shape.isPaddedImageSmall else {
    return try shape.convolveByLines(input: input, weight: weight, bias: bias, output: output)
  }
  let (outWidth, rows, columns) = (shape.outWidth, shape.rows, shape.columns)
  let pitch = columns.padded
  let skips = try hasNeedlessZero(
    weight, count: shape.outChannels * shape.taps, other: input,
    otherCount: shape.batch * shape.inChannels * shape.inPlane)
  let counted = MultiplyAddCount()
  try PaddedImage.with(shape) { padded, _ in
    for image in 0..<shape.batch {
      padded.load(input + image * shape.inChannels * shape.inPlane)
      for filter in 0..<shape.outChannels {
        try Cancellation.check()
        let plane = output + (image * shape.outChannels + filter) * shape.outPlane
        let start = bias?[filter] ?? 0
        plane.update(repeating: start, count: shape.outPlane)
        // Adding ±0 changes nothing but −0, and no sum is that unless it starts there.
        let skips = skips && start.bitPattern != Float(-0.0).bitPattern
        let firstChannel = filter / shape.groupOutChannels * shape.groupInChannels
        var tap = weight + filter * shape.taps
        for channel in firstChannel..<firstChannel + shape.groupInChannels {
          for row in 0..<shape.kernelHeight {
            for column in 0..<shape.kernelWidth {
              let factor = tap.pointee
              tap += 1
              if skips && factor == 0 { continue }
              counted.add(shape.outPlane)
              var source =
                padded.plane(channel) + row * rows.dilation * pitch + column * columns.dilation
              var target = plane
              for _ in 0..<shape.outHeight {
                addProducts(source, by: columns.stride, times: factor, to: target, count: outWidth)
                source += rows.stride * pitch
                target += outWidth
              }
            }
          }
        }
      }
    }
  }
}

/// The gradient of the input: for each tap in the order (channel, kernel row, kernel column) the
/// sum over the filters, then added into the image at the tap's place.
///
/// - Throws: ``Cancelled``.
func sequentialConvolutionInputGradient(
  upstream: UnsafePointer<Float>, weight: UnsafePointer<Float>,
  gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape
) throws {
  guard shape.isPaddedImageSmall else {
    return try shape.inputGradientByLines(
      upstream: upstream, weight: weight, gradient: gradient)
  }
  let (outWidth, outPlane, rows, columns) = (
    shape.outWidth, shape.outPlane, shape.rows, shape.columns
  )
  let pitch = columns.padded
  let skips = try hasNeedlessZero(
    weight, count: shape.outChannels * shape.taps, other: upstream,
    otherCount: shape.batch * shape.outChannels * outPlane)
  try PaddedImage.with(shape, scratch: outPlane) { padded, column in
    for image in 0..<shape.batch {
      padded.clear()
      for channel in 0..<shape.inChannels {
        let group = channel / shape.groupInChannels
        for row in 0..<shape.kernelHeight {
          for col in 0..<shape.kernelWidth {
            try Cancellation.check()
            let tap =
              ((channel - group * shape.groupInChannels) * shape.kernelHeight + row)
              * shape.kernelWidth + col
            column.update(repeating: 0, count: outPlane)
            for filter in shape.outChannels(of: group) {
              if filter & 0xff == 0 { try Cancellation.check() }
              let factor = weight[filter * shape.taps + tap]
              if skips && factor == 0 { continue }
              addProducts(
                upstream + (image * shape.outChannels + filter) * outPlane, by: 1, times: factor,
                to: column, count: outPlane)
            }
            var target =
              padded.plane(channel) + row * rows.dilation * pitch + col * columns.dilation
            var source = column
            for _ in 0..<shape.outHeight {
              for x in 0..<outWidth { target[x * columns.stride] += source[x] }
              target += rows.stride * pitch
              source += outWidth
            }
          }
        }
      }
      padded.store(gradient + image * shape.inChannels * shape.inPlane)
    }
  }
}

/// The gradient of the weight: each tap sums over (image, output row, output column).
///
/// - Throws: ``Cancelled``.
func sequentialConvolutionWeightGradient(
  input: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
  gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape
) throws {
  guard shape.isPaddedImageSmall else {
    return try shape.weightGradientByLines(input: input, upstream: upstream, gradient: gradient)
  }
  let (outWidth, taps, rows, columns) = (shape.outWidth, shape.taps, shape.rows, shape.columns)
  let pitch = columns.padded
  try fill(gradient, count: shape.outChannels * taps)
  // One output row's windows, the taps of each side by side: [outWidth, taps].
  try PaddedImage.with(shape, scratch: outWidth * taps) { padded, windows in
    for image in 0..<shape.batch {
      padded.load(input + image * shape.inChannels * shape.inPlane)
      for group in 0..<shape.groups {
        for outRow in 0..<shape.outHeight {
          try Cancellation.check()
          var tap = 0
          for channel in 0..<shape.groupInChannels {
            let plane = padded.plane(group * shape.groupInChannels + channel)
            for row in 0..<shape.kernelHeight {
              let line = plane + (outRow * rows.stride + row * rows.dilation) * pitch
              for column in 0..<shape.kernelWidth {
                for x in 0..<outWidth {
                  windows[x * taps + tap] = line[x * columns.stride + column * columns.dilation]
                }
                tap += 1
              }
            }
          }
          for filter in shape.outChannels(of: group) {
            if filter & 0xf == 0 { try Cancellation.check() }
            let line =
              upstream + (image * shape.outChannels + filter) * shape.outPlane + outRow * outWidth
            for x in 0..<outWidth {
              addProducts(
                windows + x * taps, by: 1, times: line[x], to: gradient + filter * taps, count: taps
              )
            }
          }
        }
      }
    }
  }
}

/// Adds `factor · source[i · step]` to `target[i]`, the product rounded first.
@inline(__always)
private func addProducts(
  _ source: UnsafePointer<Float>, by step: Int, times factor: Float,
  to target: UnsafeMutablePointer<Float>, count: Int
) {
  if step == 1 {
    for i in 0..<count { target[i] += factor * source[i] }
  } else {
    for i in 0..<count { target[i] += factor * source[i * step] }
  }
}
