import Running

extension Convolution {
  /// How many multiply-adds ``forward(input:weight:bias:output:shape:)`` makes of finite inputs, in
  /// those of the direct sums: it leaves out filters of zeros, by Winograd's way channels of zeros too,
  /// and in PyTorch's order for small layers each zero. (There it leaves out none where a bias is −0:
  /// the sum of zeros can be +0.)
  ///
  /// - Parameters:
  ///   - weight: the weight of the forward pass.
  ///   - shape: the sizes, already validated.
  /// - Returns: how many.
  /// - Throws: ``OutOfMemory``, ``Cancelled``.
  public static func multiplyAdds(
    weight: UnsafePointer<Float>, shape: ConvolutionShape
  ) throws -> Int {
    let taps =
      shape.isReferenceCase
      ? try referenceTaps(weight, shape: shape) : try activeTaps(weight, shape: shape)
    return taps * shape.batch * shape.outPlane
  }

  private static func referenceTaps(
    _ weight: UnsafePointer<Float>, shape: ConvolutionShape
  ) throws -> Int {
    guard shape.isPaddedImageSmall else { return shape.outChannels * shape.taps }
    return try (0..<shape.outChannels).reduce(0) { sum, filter in
      try Cancellation.check()
      let weight = weight + filter * shape.taps
      return sum + (0..<shape.taps).count { weight[$0] != 0 }
    }
  }

  private static func activeTaps(
    _ weight: UnsafePointer<Float>, shape: ConvolutionShape
  ) throws -> Int {
    let filters = try shape.activeFilters(weight)
    guard shape.isWinogradCase else { return filters.reduce(0) { $0 + $1.count } * shape.taps }
    let channels = try shape.activeChannels(weight, filters: filters)
    return zip(filters, channels).reduce(0) { $0 + $1.0.count * $1.1.count * 9 }
  }
}
