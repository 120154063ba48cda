import Running

extension Convolution {
  /// How many multiply-adds ``forward(input:weight:bias:output:shape:)`` makes of finite inputs, in
  /// those of the direct sums: it leaves out filters of zeros, and in PyTorch's order for small layers
  /// each zero. (There it leaves out none where a bias is −0: the sum of zeros can be +0.)
  ///
  /// - Parameters:
  ///   - weight: the weight of the forward pass.
  ///   - shape: the sizes, already validated.
  /// - Returns: how many.
  /// - Throws: ``OutOfMemory``, ``Cancelled``.
  public static func multiplyAdds(
    weight: UnsafePointer<Float>, shape: ConvolutionShape
  ) throws -> Int {
    let taps = try (0..<shape.outChannels).reduce(0) { sum, filter in
      try Cancellation.check()
      let weight = weight + filter * shape.taps
      guard shape.isReferenceCase else {
        return sum + (isAllZero(weight, count: shape.taps) ? 0 : shape.taps)
      }
      let skips = shape.isPaddedImageSmall
      return sum + (skips ? (0..<shape.taps).count { weight[$0] != 0 } : shape.taps)
    }
    return taps * shape.batch * shape.outPlane
  }
}
