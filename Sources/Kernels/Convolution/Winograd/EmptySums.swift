import Running

/// Elements of a weight's gradient that are sums of nothing but zeros: they become zero.
///
/// Winograd's transforms mix the products of neighbouring taps, and what does not belong to an
/// element is taken away again up to rounding. Where few values are not zero, as after ReLU and max
/// pooling, that rounding is all that some elements would hold, while PyTorch's sums are exactly zero.
struct EmptySums: Sendable {
  let shape: ConvolutionShape

  /// Clears them in the gradient of one filter.
  ///
  /// - Parameters:
  ///   - filter: the filter.
  ///   - gradient: `[inChannels / groups, kernelHeight, kernelWidth]`, calculated from finite values.
  ///   - input: the input of the forward pass.
  ///   - upstream: the gradient of the output.
  /// - Throws: ``Cancelled``; the gradient then still holds all values.
  func clear(
    filter: Int, gradient: UnsafeMutablePointer<Float>, input: UnsafePointer<Float>,
    upstream: UnsafePointer<Float>
  ) throws {
    // Those for which no product other than zero has been seen.
    var open = (0..<shape.taps).filter { gradient[$0] != 0 }
    let group = filter / shape.groupOutChannels
    for image in 0..<shape.batch where !open.isEmpty {
      let plane = upstream + (image * shape.outChannels + filter) * shape.outPlane
      let planes =
        input + (image * shape.inChannels + group * shape.groupInChannels) * shape.inPlane
      for index in 0..<shape.outHeight where !open.isEmpty {
        try Cancellation.check()
        // From the middle on: where all taps lie within the image, one place settles most of them.
        let row = (index + shape.outHeight / 2) % shape.outHeight
        for index in 0..<shape.outWidth where !open.isEmpty {
          let column = (index + shape.outWidth / 2) % shape.outWidth
          guard plane[row * shape.outWidth + column] != 0 else { continue }
          try Cancellation.check()
          open.removeAll { isNotZero(planes, tap: $0, row: row, column: column) }
        }
      }
    }
    for tap in open { gradient[tap] = 0 }
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
