import Running

/// Normalization of each channel over images and positions (PyTorch's `batch_norm`) and its
/// gradients, on buffers `[batch, channels, plane]`.
public enum BatchNormalization {
  /// The sizes of a batch normalization.
  public struct Shape: Sendable, Hashable {
    /// Images in the batch.
    public var batch: Int
    /// Channels.
    public var channels: Int
    /// Positions of one image's channel.
    public var plane: Int

    /// Makes the sizes.
    public init(batch: Int, channels: Int, plane: Int) {
      self.batch = batch
      self.channels = channels
      self.plane = plane
    }
  }

  /// Writes each channel's mean and Σ (x − mean)², and (x − mean) / √(variance + epsilon) · weight +
  /// bias.
  ///
  /// Planes are summed in double; planes of one position in float32, image after image, because
  /// PyTorch takes its channels-last path there. The mean decides on which side of 0 a constant
  /// channel comes out, and so whether a rectifier after it is open.
  ///
  /// - Parameters:
  ///   - input: `[batch, channels, plane]`.
  ///   - weight: `[channels]`, or nil for 1.
  ///   - bias: `[channels]`, or nil for 0.
  ///   - epsilon: added to the variance, which is Σ (x − mean)² divided by the number of values.
  ///   - mean: `[channels]`; overwritten.
  ///   - squares: `[channels]`; overwritten.
  ///   - output: as the input; overwritten.
  ///   - shape: the sizes.
  /// - Throws: ``Cancelled``; the results are then undefined.
  public static func forward(
    input: UnsafePointer<Float>, weight: UnsafePointer<Float>?, bias: UnsafePointer<Float>?,
    epsilon: Double, mean: UnsafeMutablePointer<Float>, squares: UnsafeMutablePointer<Float>,
    output: UnsafeMutablePointer<Float>, shape: Shape
  ) throws {
    let (input, mean, squares) = (Shared(input), Shared(mean), Shared(squares))
    let (weight, bias, output) = (Shared(weight), Shared(bias), Shared(output))
    let count = Float(shape.batch * shape.plane)
    let sums = PlaneSums()
    // A channel that has been summed is normalized at once, while it is in the core's cache.
    try forEachChannel(shape) { channel in
      let (center, spread) = try statistics(input.pointer, channel, shape, sums)
      (mean.pointer[channel], squares.pointer[channel]) = (center, spread)
      try normalize(
        input.pointer, channel, mean: center,
        inverse: inverse(of: spread / count, epsilon, inDouble: true),
        weight: weight.pointer, bias: bias.pointer, output: output.pointer, shape)
    }
  }

  /// Mean and Σ (x − mean)² of a channel.
  private static func statistics(
    _ input: UnsafePointer<Float>, _ channel: Int, _ shape: Shape, _ sums: PlaneSums
  ) throws -> (mean: Float, squares: Float) {
    guard shape.plane > 1 else {
      return statistics(input + channel, count: shape.batch, stride: shape.channels)
    }
    let sum = try self.sum(channel, shape) { offset in
      sums.sum(input + offset, shape.plane)
    }
    let center = Float(sum / Double(shape.batch * shape.plane))
    let squares = try self.sum(channel, shape) { offset in
      sums.squares(input + offset, shape.plane, center: center)
    }
    return (center, Float(squares))
  }

  /// Mean and Σ (x − mean)² of one value an image, in float32.
  private static func statistics(
    _ values: UnsafePointer<Float>, count: Int, stride: Int
  ) -> (mean: Float, squares: Float) {
    var (sum, squares): (Float, Float) = (0, 0)
    for image in 0..<count { sum += values[image * stride] }
    let mean = sum / Float(count)
    for image in 0..<count {
      let distance = values[image * stride] - mean
      squares.addProduct(distance, distance)
    }
    return (mean, squares)
  }

  /// Σ y and Σ y · (x − center) of a channel: a plane's in float32, the images' joined in double; all
  /// in float32 where a plane has one position.
  private static func sums(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, center: Float, _ channel: Int,
    _ shape: Shape
  ) throws -> (Double, Double) {
    guard shape.plane > 1 else {
      return sums(first + channel, second + channel, center: center, shape)
    }
    var (sum, products) = (0.0, 0.0)
    let pitch = shape.channels * shape.plane
    let fours = shape.batch / 4 * 4
    for image in stride(from: 0, to: fours, by: 4) {
      try Cancellation.check()
      let offset = image * pitch + channel * shape.plane
      let planes = LaneSums.both(
        first + offset, second + offset, pitch: pitch, shape.plane, center: center)
      for plane in planes.indices {
        sum += Double(planes[plane].sum)
        products += Double(planes[plane].products)
      }
    }
    for image in fours..<shape.batch {
      try Cancellation.check()
      let offset = image * pitch + channel * shape.plane
      sum += Double(LaneSums.sum(first + offset, shape.plane))
      products += Double(
        LaneSums.products(first + offset, second + offset, shape.plane, center: center))
    }
    return (sum, products)
  }

  /// Σ y and Σ y · (x − center) of one value an image, in float32.
  private static func sums(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, center: Float, _ shape: Shape
  ) -> (Double, Double) {
    var (sum, products): (Float, Float) = (0, 0)
    for image in 0..<shape.batch {
      let place = image * shape.channels
      sum += first[place]
      products.addProduct(first[place], second[place] - center)
    }
    return (Double(sum), Double(products))
  }

  /// Σ y of a channel, and Σ y · (x − center), each product in float32, added up in double in order.
  private static func sumsInOrder(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, center: Float, _ channel: Int,
    _ shape: Shape
  ) throws -> (Double, Double) {
    let sum = try self.sum(channel, shape) { offset in
      Double(LaneSums.sum(first + offset, shape.plane))
    }
    var products = 0.0
    for image in 0..<shape.batch {
      let offset = (image * shape.channels + channel) * shape.plane
      try Cancellation.forEachPiece(of: shape.plane) { piece in
        for index in piece {
          products += Double((second[offset + index] - center) * first[offset + index])
        }
      }
    }
    return (sum, products)
  }

  /// Writes (x − mean) / √(variance + epsilon) · weight + bias with running statistics.
  ///
  /// - Parameters:
  ///   - input: `[batch, channels, plane]`.
  ///   - mean: `[channels]`.
  ///   - variance: `[channels]`.
  ///   - weight: `[channels]`, or nil for 1.
  ///   - bias: `[channels]`, or nil for 0.
  ///   - epsilon: added to the variance.
  ///   - output: as the input; overwritten.
  ///   - shape: the sizes.
  /// - Throws: ``Cancelled``; the output is then undefined.
  public static func forward(
    input: UnsafePointer<Float>, mean: UnsafePointer<Float>, variance: UnsafePointer<Float>,
    weight: UnsafePointer<Float>?, bias: UnsafePointer<Float>?, epsilon: Double,
    output: UnsafeMutablePointer<Float>, shape: Shape
  ) throws {
    let (input, mean, variance) = (Shared(input), Shared(mean), Shared(variance))
    let (weight, bias, output) = (Shared(weight), Shared(bias), Shared(output))
    try forEachChannel(shape) { channel in
      try normalize(
        input.pointer, channel, mean: mean.pointer[channel],
        inverse: inverse(of: variance.pointer[channel], epsilon, inDouble: false),
        weight: weight.pointer, bias: bias.pointer, output: output.pointer, shape)
    }
  }

  /// Writes (x − mean) · inverse · weight + bias of a channel.
  private static func normalize(
    _ input: UnsafePointer<Float>, _ channel: Int, mean: Float, inverse: Float,
    weight: UnsafePointer<Float>?, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>, _ shape: Shape
  ) throws {
    let scale = (weight?[channel] ?? 1) * inverse
    // PyTorch's form: x · scale + (bias − mean · scale), each product fused with its sum. Equal
    // values then come out as what rounding leaves of mean · scale, not as 0.
    let shift = (bias?[channel] ?? 0).addingProduct(-mean, scale)
    for image in 0..<shape.batch {
      try Cancellation.check()
      let offset = (image * shape.channels + channel) * shape.plane
      let (source, target) = (input + offset, output + offset)
      for index in 0..<shape.plane {
        target[index] = shift.addingProduct(source[index], scale)
      }
    }
  }

  /// Writes the gradients of weight and bias, and that of the input.
  ///
  /// With `usesBatch` mean and variance came from this batch and depend on the input too.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the output.
  ///   - input: the input of the forward pass.
  ///   - mean: the mean of the forward pass.
  ///   - variance: the variance of the forward pass.
  ///   - weight: `[channels]`, or nil for 1.
  ///   - epsilon: added to the variance.
  ///   - usesBatch: whether mean and variance are this batch's.
  ///   - isStretched: whether PyTorch holds the gradient of the output as one number for many
  ///     elements. It then takes another path, which adds up in double, one element after the other,
  ///     and fuses nothing.
  ///   - inputGradient: as the input; overwritten.
  ///   - weightGradient: `[channels]`; overwritten.
  ///   - biasGradient: `[channels]`; overwritten.
  ///   - shape: the sizes.
  /// - Throws: ``Cancelled``; the gradients are then undefined.
  public static func gradients(
    upstream: UnsafePointer<Float>, input: UnsafePointer<Float>, mean: UnsafePointer<Float>,
    variance: UnsafePointer<Float>, weight: UnsafePointer<Float>?, epsilon: Double, usesBatch: Bool,
    isStretched: Bool = false, inputGradient: UnsafeMutablePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>, shape: Shape
  ) throws {
    let (upstream, input, mean) = (Shared(upstream), Shared(input), Shared(mean))
    let (variance, weight, result) = (Shared(variance), Shared(weight), Shared(inputGradient))
    let (weightGradient, biasGradient) = (Shared(weightGradient), Shared(biasGradient))
    try forEachChannel(shape) { channel in
      let center = mean.pointer[channel]
      let inverse = Self.inverse(of: variance.pointer[channel], epsilon, inDouble: true)
      let factor = weight.pointer?[channel] ?? 1
      let (sum, products) =
        try isStretched
        ? sumsInOrder(upstream.pointer, input.pointer, center: center, channel, shape)
        : sums(upstream.pointer, input.pointer, center: center, channel, shape)
      biasGradient.pointer[channel] = Float(sum)
      weightGradient.pointer[channel] = Float(products * Double(inverse))
      let count = shape.batch * shape.plane
      let meanUpstream = Float(sum / Double(count))
      let slope = Float(products) * inverse * inverse / Float(count)
      for image in 0..<shape.batch {
        try Cancellation.check()
        let offset = (image * shape.channels + channel) * shape.plane
        let (above, source) = (upstream.pointer + offset, input.pointer + offset)
        let target = result.pointer + offset
        guard usesBatch else {
          for index in 0..<shape.plane { target[index] = above[index] * inverse * factor }
          continue
        }
        for index in 0..<shape.plane {
          let rest = above[index] - meanUpstream
          let distance = source[index] - center
          // PyTorch's paths for these two fuse nothing here.
          let left =
            shape.plane == 1 || isStretched
            ? rest - distance * slope : rest.addingProduct(distance, -slope)
          target[index] = left * inverse * factor
        }
      }
    }
  }

  /// 1 / √(variance + ε), ε added in double or in float32: PyTorch does the latter only when it
  /// normalizes by running statistics, not when it differentiates that.
  private static func inverse(of variance: Float, _ epsilon: Double, inDouble: Bool) -> Float {
    inDouble
      ? Float(1 / (Double(variance) + epsilon).squareRoot())
      : 1 / (variance + Float(epsilon)).squareRoot()
  }

  private static func forEachChannel(
    _ shape: Shape, _ body: @Sendable (Int) throws -> Void
  ) throws {
    try Parallel.forEach(
      shape.channels, work: shape.batch * shape.channels * shape.plane * 8, body)
  }

  /// Adds up the images' planes of a channel, in order and in Double.
  @inline(__always)
  private static func sum(
    _ channel: Int, _ shape: Shape, _ plane: (Int) -> Double
  ) throws -> Double {
    var total = 0.0
    for image in 0..<shape.batch {
      try Cancellation.check()
      total += plane((image * shape.channels + channel) * shape.plane)
    }
    return total
  }
}
