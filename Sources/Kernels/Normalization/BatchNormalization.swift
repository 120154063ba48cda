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

  /// Writes each channel's mean and Σ (x − mean)².
  ///
  /// Planes are summed in double; planes of one position in float32, image after image, because
  /// PyTorch takes its channels-last path there. The mean decides on which side of 0 a constant
  /// channel comes out, and so whether a rectifier after it is open.
  ///
  /// - Parameters:
  ///   - input: `[batch, channels, plane]`.
  ///   - mean: `[channels]`; overwritten.
  ///   - squares: `[channels]`; overwritten.
  ///   - shape: the sizes.
  /// - Throws: ``Cancelled``; the results are then undefined.
  public static func statistics(
    input: UnsafePointer<Float>, mean: UnsafeMutablePointer<Float>,
    squares: UnsafeMutablePointer<Float>, shape: Shape
  ) throws {
    let (input, mean, squares) = (Shared(input), Shared(mean), Shared(squares))
    try forEachChannel(shape) { channel in
      guard shape.plane > 1 else {
        (mean.pointer[channel], squares.pointer[channel]) = statistics(
          input.pointer + channel, count: shape.batch, stride: shape.channels)
        return
      }
      let sum = try self.sum(channel, shape) { offset in
        PlaneSums.sum(input.pointer + offset, shape.plane)
      }
      let center = Float(sum / Double(shape.batch * shape.plane))
      mean.pointer[channel] = center
      squares.pointer[channel] = Float(
        try self.sum(channel, shape) { offset in
          PlaneSums.squares(input.pointer + offset, shape.plane, center: center)
        })
    }
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

  /// Σ y · (x − center) of a channel, each product in float32, added up in double in order.
  private static func sumInOrder(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, center: Float, _ channel: Int,
    _ shape: Shape
  ) throws -> Double {
    var total = 0.0
    for image in 0..<shape.batch {
      let offset = (image * shape.channels + channel) * shape.plane
      try Cancellation.forEachPiece(of: shape.plane) { piece in
        for index in piece {
          total += Double((second[offset + index] - center) * first[offset + index])
        }
      }
    }
    return total
  }

  /// Writes (x − mean) / √(variance + epsilon) · weight + bias.
  ///
  /// - Parameters:
  ///   - input: `[batch, channels, plane]`.
  ///   - mean: `[channels]`, of this batch or the running one.
  ///   - variance: `[channels]`, likewise.
  ///   - weight: `[channels]`, or nil for 1.
  ///   - bias: `[channels]`, or nil for 0.
  ///   - epsilon: added to the variance.
  ///   - usesBatch: whether mean and variance are this batch's.
  ///   - output: as the input; overwritten.
  ///   - shape: the sizes.
  /// - Throws: ``Cancelled``; the output is then undefined.
  public static func forward(
    input: UnsafePointer<Float>, mean: UnsafePointer<Float>, variance: UnsafePointer<Float>,
    weight: UnsafePointer<Float>?, bias: UnsafePointer<Float>?, epsilon: Double,
    usesBatch: Bool, output: UnsafeMutablePointer<Float>, shape: Shape
  ) throws {
    let (input, mean, variance) = (Shared(input), Shared(mean), Shared(variance))
    let (weight, bias, output) = (Shared(weight), Shared(bias), Shared(output))
    try forEachChannel(shape) { channel in
      let inverse = Self.inverse(of: variance.pointer[channel], epsilon, inDouble: usesBatch)
      let scale = (weight.pointer?[channel] ?? 1) * inverse
      // PyTorch's form: x · scale + (bias − mean · scale), each product fused with its sum. Equal
      // values then come out as what rounding leaves of mean · scale, not as 0.
      let shift = (bias.pointer?[channel] ?? 0).addingProduct(-mean.pointer[channel], scale)
      for image in 0..<shape.batch {
        try Cancellation.check()
        let offset = (image * shape.channels + channel) * shape.plane
        let (source, target) = (input.pointer + offset, output.pointer + offset)
        for index in 0..<shape.plane {
          target[index] = shift.addingProduct(source[index], scale)
        }
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
      var (sum, products) = (0.0, 0.0)
      if shape.plane == 1, !isStretched {
        (sum, products) = sums(
          upstream.pointer + channel, input.pointer + channel, center: center, shape)
      } else {
        // A plane's sum is in float32, the images' are joined in double.
        sum = try self.sum(channel, shape) { offset in
          Double(LaneSums.sum(upstream.pointer + offset, shape.plane))
        }
        products =
          try isStretched
          ? sumInOrder(upstream.pointer, input.pointer, center: center, channel, shape)
          : self.sum(channel, shape) { offset in
            Double(
              LaneSums.products(
                upstream.pointer + offset, input.pointer + offset, shape.plane, center: center))
          }
      }
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
