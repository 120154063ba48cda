import Running

// The sums of SequentialConvolution.swift, term by term the same, where an image with its padding
// would be out of proportion: what a tap reads of an input row is copied out a stretch at a time.

/// What a tap reads of the input along a stretch of an output row.
private struct TapLine {
  static let length = 1024

  let shape: ConvolutionShape
  /// The tap's row and column in the kernel.
  let row: Int
  let column: Int

  /// Calls `body` with the line, the index of its first output in the plane, and how many there are.
  func forEach(
    in plane: UnsafePointer<Float>, _ line: UnsafeMutablePointer<Float>,
    _ body: (Int, Int) throws -> Void
  ) throws {
    let (rows, columns) = (shape.rows, shape.columns)
    for outRow in 0..<rows.outputs {
      let y = outRow * rows.stride + row * rows.dilation - rows.padding
      let isInside = (0..<rows.size).contains(y)
      for first in stride(from: 0, to: columns.outputs, by: Self.length) {
        try Cancellation.check()
        let count = min(Self.length, columns.outputs - first)
        try copySteps(
          line, count: count, from: plane + (isInside ? y * columns.size : 0),
          column: first * columns.stride + column * columns.dilation - columns.padding,
          step: columns.stride, width: isInside ? columns.size : 0)
        try body(outRow * columns.outputs + first, count)
      }
    }
  }

  /// Where an output's tap lies in a plane of the input; nil in the padding.
  func place(_ index: Int) -> Int? {
    let (rows, columns) = (shape.rows, shape.columns)
    let y = index / columns.outputs * rows.stride + row * rows.dilation - rows.padding
    let x = index % columns.outputs * columns.stride + column * columns.dilation - columns.padding
    guard (0..<rows.size).contains(y), (0..<columns.size).contains(x) else { return nil }
    return y * columns.size + x
  }
}

extension ConvolutionShape {
  /// Each tap of a filter of a group, in order: its index, its channel in the image, its line.
  private func forEachTap(
    of group: Int, _ body: (Int, Int, TapLine) throws -> Void
  ) throws {
    var tap = 0
    for channel in inChannels(of: group) {
      for row in 0..<kernelHeight {
        for column in 0..<kernelWidth {
          try body(tap, channel, TapLine(shape: self, row: row, column: column))
          tap += 1
        }
      }
    }
  }

  /// The output, each element a sum from its bias over the taps.
  ///
  /// - Throws: ``Cancelled``.
  func convolveByLines(
    input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) throws {
    let counted = MultiplyAddCount()
    try Scratch.withFloats(TapLine.length) { line in
      for plane in 0..<batch * outChannels {
        let (image, filter) = (plane / outChannels, plane % outChannels)
        let target = output + plane * outPlane
        try fill(target, with: bias?[filter] ?? 0, count: outPlane)
        try forEachTap(of: filter / groupOutChannels) { tap, channel, taps in
          let factor = weight[filter * self.taps + tap]
          try taps.forEach(in: input + (image * inChannels + channel) * inPlane, line) {
            for x in 0..<$1 { target[$0 + x] += factor * line[x] }
            counted.add($1)
          }
        }
      }
    }
  }

  /// The gradient of the input: for each tap the sum over the filters, added at the tap's place.
  ///
  /// - Throws: ``Cancelled``.
  func inputGradientByLines(
    upstream: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>
  ) throws {
    try fill(gradient, count: batch * inChannels * inPlane)
    for image in 0..<batch {
      for group in 0..<groups {
        try forEachTap(of: group) { tap, channel, line in
          let target = gradient + (image * inChannels + channel) * inPlane
          for index in 0..<outPlane {
            if index % 4096 == 0 { try Cancellation.check() }
            guard let place = line.place(index) else { continue }
            var sum: Float = 0
            for filter in outChannels(of: group) {
              if filter & 0xfff == 0 { try Cancellation.check() }
              let product =
                upstream[(image * outChannels + filter) * outPlane + index]
                * weight[filter * taps + tap]
              sum += product
            }
            target[place] += sum
          }
        }
      }
    }
  }

  /// The gradient of the weight: each tap sums over (image, output row, output column).
  ///
  /// - Throws: ``Cancelled``.
  func weightGradientByLines(
    input: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>
  ) throws {
    try fill(gradient, count: outChannels * taps)
    try Scratch.withFloats(TapLine.length) { line in
      for image in 0..<batch {
        for group in 0..<groups {
          try forEachTap(of: group) { tap, channel, taps in
            try taps.forEach(in: input + (image * inChannels + channel) * inPlane, line) {
              for filter in outChannels(of: group) {
                if filter & 0xf == 0 { try Cancellation.check() }
                let source = upstream + (image * outChannels + filter) * outPlane + $0
                var sum = gradient[filter * self.taps + tap]
                for x in 0..<$1 { sum += line[x] * source[x] }
                gradient[filter * self.taps + tap] = sum
              }
            }
          }
        }
      }
    }
  }
}
