/// An image of so many floats, 16 KB, goes on the stack.
private let stackFloats = 1 << 12
/// An image of so many floats, 4 MB, is small however much of it is padding.
private let smallImageFloats = 1 << 20

/// Scratch for one image with its padding.
struct PaddedImage {
  private let shape: ConvolutionShape
  private let base: UnsafeMutablePointer<Float>

  /// Calls `body` with an image of `shape`, all zeros, and `scratch` uninitialized floats, on the
  /// stack when they are few.
  @inline(__always)
  static func with(
    _ shape: ConvolutionShape, scratch: Int = 0,
    _ body: (PaddedImage, UnsafeMutablePointer<Float>) throws -> Void
  ) throws {
    let count = shape.inChannels * shape.paddedPlane
    func use(_ base: UnsafeMutablePointer<Float>) throws {
      let image = PaddedImage(shape: shape, base: base)
      image.clear()
      try body(image, base + count)
    }
    guard count + scratch <= stackFloats else {
      return try Scratch.withFloats(count + scratch) { try use($0) }
    }
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: count + scratch) {
      buffer in
      if let base = buffer.baseAddress { try use(base) }
    }
  }

  func clear() { base.update(repeating: 0, count: shape.inChannels * shape.paddedPlane) }

  func plane(_ channel: Int) -> UnsafeMutablePointer<Float> {
    base + channel * shape.paddedPlane
  }

  func load(_ image: UnsafePointer<Float>) {
    forEachRow { padded, row in padded.update(from: image + row, count: shape.width) }
  }

  func store(_ image: UnsafeMutablePointer<Float>) {
    forEachRow { padded, row in (image + row).update(from: padded, count: shape.width) }
  }

  @inline(__always)
  private func forEachRow(_ body: (UnsafeMutablePointer<Float>, Int) -> Void) {
    for channel in 0..<shape.inChannels {
      for row in 0..<shape.height {
        body(
          plane(channel) + (row + shape.rows.padding) * shape.columns.padded
            + shape.columns.padding,
          (channel * shape.height + row) * shape.width)
      }
    }
  }
}

extension ConvolutionShape {
  /// Elements of an input plane with its padding; only where ``isPaddedImageSmall`` holds.
  var paddedPlane: Int { rows.padded * columns.padded }

  /// Whether an image with its padding is small, or not much larger than without.
  var isPaddedImageSmall: Bool {
    let count = clampedProduct(inChannels, rows.padded, columns.padded)
    return count <= smallImageFloats || count / 4 <= inChannels * inPlane
  }
}
