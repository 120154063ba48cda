import Running

/// Elements of a weight's gradient that are sums of nothing but zeros: they become zero.
///
/// Winograd's transforms mix the products of neighbouring taps, and what does not belong to an
/// element is taken away again up to rounding. Where few values are not zero, as after ReLU and max
/// pooling, that rounding is all that some elements would hold, while PyTorch's sums are exactly zero.
struct EmptySums: Sendable {
  /// Columns of a row that are looked at together: with both neighbours they fill a word of bits.
  private static let columnsAtOnce = 62

  private let shape: ConvolutionShape
  private let input: Shared<UnsafePointer<Float>>
  private let upstream: Shared<UnsafePointer<Float>>
  /// A few output rows, which settle nearly all elements of an ordinary layer: of each which values
  /// are not zero in the three rows of every channel under it, a bit for each column.
  private let samples: [(image: Int, row: Int)]
  private let inputBits: [UInt64]
  private let columns: Range<Int>

  /// Looks at the input.
  ///
  /// - Parameters:
  ///   - shape: the sizes, of a 3 × 3 kernel without stride or dilation.
  ///   - input: the input of the forward pass.
  ///   - upstream: the gradient of the output.
  /// - Throws: ``Cancelled``.
  init(
    shape: ConvolutionShape, input: UnsafePointer<Float>, upstream: UnsafePointer<Float>
  ) throws {
    self.shape = shape
    (self.input, self.upstream) = (Shared(input), Shared(upstream))
    let count = min(shape.outWidth, Self.columnsAtOnce)
    let first = (shape.outWidth - count) / 2
    columns = first..<first + count
    let middle = shape.outHeight / 2
    samples = (0..<min(2, shape.batch)).flatMap { image in
      Set([middle, max(0, middle - 1)]).sorted().map { (image, $0) }
    }
    var bits: [UInt64] = []
    bits.reserveCapacity(samples.count * 3 * shape.inChannels)
    for (image, row) in samples {
      for channel in 0..<shape.inChannels {
        try Cancellation.check()
        let plane = input + (image * shape.inChannels + channel) * shape.inPlane
        for line in row - shape.rows.padding..<row - shape.rows.padding + 3 {
          let isInside = line >= 0 && line < shape.height
          bits.append(
            isInside
              ? Self.bits(
                plane + line * shape.width, from: first - shape.columns.padding, count: count + 2,
                width: shape.width)
              : 0)
        }
      }
    }
    inputBits = bits
  }

  /// Which values of a part of a row are not zero. There is none outside of the row.
  private static func bits(
    _ row: UnsafePointer<Float>, from first: Int, count: Int, width: Int
  ) -> UInt64 {
    var bits: UInt64 = 0
    for column in max(0, first)..<max(0, first, min(width, first + count)) where row[column] != 0 {
      bits |= 1 << UInt64(column - first)
    }
    return bits
  }

  /// Clears them in the gradient of one filter.
  ///
  /// - Parameters:
  ///   - filter: the filter.
  ///   - gradient: `[inChannels / groups, 3, 3]`, calculated from finite values.
  /// - Throws: ``Cancelled``; the gradient then still holds all values.
  func clear(filter: Int, gradient: UnsafeMutablePointer<Float>) throws {
    // Those for which no product other than zero has been seen.
    var open = unsettled(filter).filter { gradient[$0] != 0 }
    let channels = shape.inChannels(of: filter / shape.groupOutChannels)
    for image in 0..<shape.batch where !open.isEmpty {
      let plane =
        upstream.pointer + (image * shape.outChannels + filter) * shape.outPlane
      let planes =
        input.pointer + (image * shape.inChannels + channels.lowerBound) * shape.inPlane
      for row in 0..<shape.outHeight where !open.isEmpty {
        try Cancellation.check()
        for column in 0..<shape.outWidth where !open.isEmpty {
          guard plane[row * shape.outWidth + column] != 0 else { continue }
          try Cancellation.check()
          open.removeAll { isNotZero(planes, tap: $0, row: row, column: column) }
        }
      }
    }
    for tap in open { gradient[tap] = 0 }
  }

  /// The taps for which no sample has a product that is not zero.
  private func unsettled(_ filter: Int) -> [Int] {
    let above = samples.map { image, row in
      Self.bits(
        upstream.pointer + (image * shape.outChannels + filter) * shape.outPlane
          + row * shape.outWidth, from: columns.lowerBound, count: columns.count,
        width: shape.outWidth)
    }
    let channels = shape.inChannels(of: filter / shape.groupOutChannels)
    var open: [Int] = []
    for channel in channels {
      for tap in 0..<9 {
        let isSettled = samples.indices.contains { sample in
          let place = (sample * shape.inChannels + channel) * 3 + tap / 3
          return above[sample] & (inputBits[place] >> UInt64(tap % 3)) != 0
        }
        if !isSettled { open.append((channel - channels.lowerBound) * 9 + tap) }
      }
    }
    return open
  }

  /// Whether a tap meets a value that is not zero where the window of an output lies.
  private func isNotZero(
    _ planes: UnsafePointer<Float>, tap: Int, row: Int, column: Int
  ) -> Bool {
    let (channel, place) = tap.quotientAndRemainder(dividingBy: 9)
    let (row, column) = (
      row + place / 3 - shape.rows.padding, column + place % 3 - shape.columns.padding
    )
    guard row >= 0, row < shape.height, column >= 0, column < shape.width else { return false }
    return planes[channel * shape.inPlane + row * shape.width + column] != 0
  }
}
