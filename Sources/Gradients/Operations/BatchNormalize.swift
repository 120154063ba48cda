import Kernels
import Running
import Tensors

/// Normalizes each channel of `[N, C, …]`, then scales and shifts it:
/// `torch.nn.functional.batch_norm`.
///
/// Inputs: the batch, weight `[C]`, bias `[C]`. Output: (x − mean) / √(variance + ε) · weight + bias.
public struct BatchNormalize: Operation {
  /// What mean and variance are taken from.
  public enum Statistics: Sendable {
    /// This batch: training. The gradient then flows through both.
    case batch
    /// What was gathered before, each `[C]`: evaluation.
    case running(mean: Tensor, variance: Tensor)
  }

  /// What mean and variance are taken from.
  public let statistics: Statistics
  /// Added to the variance.
  public let epsilon: Double

  /// The statistics of one batch, each `[C]`.
  public struct Batch: Sendable {
    /// The mean.
    public let mean: Tensor
    /// Σ (x − mean)².
    public let squares: Tensor
    /// How many values a channel has.
    public let count: Int

    /// The mean of the squares, by which a batch is normalized.
    ///
    /// - Throws: `ShapeError`, `Cancelled`.
    public var variance: Tensor { get throws { try squares.map { $0 / Float(count) } } }

    /// The sum of the squares divided by one less: what running statistics gather.
    ///
    /// - Throws: `ShapeError`, `Cancelled`.
    public var unbiasedVariance: Tensor {
      get throws { try squares.map { $0 / Float(count - 1) } }
    }

    fileprivate var moments: Moments {
      get throws { Moments(mean: mean, variance: try variance) }
    }
  }

  /// The mean and the variance that a batch was normalized by, each `[C]`.
  public struct Moments: Sendable {
    fileprivate let mean: Tensor
    fileprivate let variance: Tensor
  }

  /// Makes the operation.
  public init(statistics: Statistics, epsilon: Double = 1e-5) {
    self.statistics = statistics
    self.epsilon = epsilon
  }

  public var gradientName: String { "NativeBatchNormBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { input < 2 }

  private var usesBatch: Bool { if case .batch = statistics { true } else { false } }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try forwardSaving(inputs).output }

  public func forwardSaving(_ inputs: [Tensor]) throws -> (output: Tensor, saved: Moments) {
    switch statistics {
    case .batch:
      let (output, batch) = try normalized(inputs)
      return (output, try batch.moments)
    case .running(let mean, let variance):
      let output = try Tensor(shape: inputs[0].shape) { target in
        try inputs[0].withPointer { input in
          // Arrays are passed for pointers: a channel's few numbers cost nothing to hand over.
          try BatchNormalization.forward(
            input: input, mean: mean.elements, variance: variance.elements,
            weight: inputs[1].elements, bias: inputs[2].elements, epsilon: epsilon,
            output: target, shape: Self.sizes(inputs[0].shape))
        }
      }
      return (output, Moments(mean: mean, variance: variance))
    }
  }

  /// Normalizes a batch by its own statistics.
  ///
  /// - Parameters:
  ///   - inputs: the batch, weight `[C]`, bias `[C]`.
  ///   - epsilon: added to the variance.
  /// - Returns: the normalized batch, recorded for `backward`, and its statistics.
  /// - Throws: `ShapeError` where memory cannot hold the result, `Cancelled`.
  public static func normalizing(
    _ inputs: [Variable], epsilon: Double
  ) throws -> (output: Variable, batch: Batch) {
    let tensors = inputs.map(\.tensor)
    let operation = BatchNormalize(statistics: .batch, epsilon: epsilon)
    let (output, batch) = try operation.normalized(tensors)
    let result = Variable(
      output, of: operation, inputs, tensors: tensors, saved: try batch.moments)
    return (result, batch)
  }

  private func normalized(_ inputs: [Tensor]) throws -> (output: Tensor, batch: Batch) {
    let channels: Shape = [inputs[0].shape[1]]
    var mean = try Memory.zeros(channels.count)
    var squares = try Memory.zeros(channels.count)
    let output = try Tensor(shape: inputs[0].shape) { target in
      try inputs[0].withPointer { input in
        try BatchNormalization.forward(
          input: input, weight: inputs[1].elements, bias: inputs[2].elements, epsilon: epsilon,
          mean: &mean, squares: &squares, output: target, shape: Self.sizes(inputs[0].shape))
      }
    }
    let batch = Batch(
      mean: Tensor(mean, shape: channels), squares: Tensor(squares, shape: channels),
      count: inputs[0].count / max(1, channels.count))
    return (output, batch)
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    try gradients(upstream, after: pass, isStretched: false)
  }

  public func gradients(
    stretched upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] { try gradients(upstream, after: pass, isStretched: true) }

  private func gradients(
    _ upstream: Tensor, after pass: ForwardPass, isStretched: Bool
  ) throws -> [Tensor?] {
    let moments = try saved(in: pass)
    let channels = moments.mean.shape
    var weightGradient = try Memory.zeros(channels.count)
    var biasGradient = try Memory.zeros(channels.count)
    let inputGradient = try Tensor(shape: pass.inputs[0].shape) { target in
      try upstream.withPointer { upstream in
        try pass.inputs[0].withPointer { input in
          try BatchNormalization.gradients(
            upstream: upstream, input: input, mean: moments.mean.elements,
            variance: moments.variance.elements, weight: pass.inputs[1].elements,
            epsilon: epsilon, usesBatch: usesBatch, isStretched: isStretched,
            inputGradient: target,
            weightGradient: &weightGradient, biasGradient: &biasGradient,
            shape: Self.sizes(pass.inputs[0].shape))
        }
      }
    }
    return [
      pass.wanted[0] ? inputGradient : nil,
      pass.wanted[1] ? Tensor(weightGradient, shape: channels) : nil,
      pass.wanted[2] ? Tensor(biasGradient, shape: channels) : nil,
    ]
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    let sizes = Self.sizes(pass.inputs[0].shape)
    let moments = try saved(in: pass)
    var results = try pass.inputs.map { try Memory.zeros($0.count) }
    let count = Double(sizes.batch * sizes.plane)
    for channel in 0..<sizes.channels {
      let center = Double(moments.mean.elements[channel])
      let inverse = 1 / (Double(moments.variance.elements[channel]) + epsilon).squareRoot()
      let scale = Double(pass.inputs[1].elements[channel]).magnitude * inverse
      // The normalized value, and what rounding makes of it: that of a constant is nothing but that.
      func normal(_ place: Int) -> (value: Double, sum: Double) {
        let value = Double(pass.inputs[0].elements[place])
        return (
          (value - center).magnitude * inverse, (value.magnitude + center.magnitude) * inverse
        )
      }
      var totals = (upstream: 0.0, value: 0.0, sum: 0.0)
      try Self.forEachPiece(of: channel, sizes) { places in
        for place in places {
          let (amount, normal) = (Double(upstream.elements[place]), normal(place))
          totals.upstream += amount
          totals.value += amount * normal.value
          totals.sum += amount * normal.sum
        }
      }
      try Self.forEachPiece(of: channel, sizes) { places in
        for place in places {
          let normal = normal(place)
          let shared =
            (totals.upstream + normal.value * totals.sum + normal.sum * totals.value) / count
          results[0][place] = Float(
            scale * (Double(upstream.elements[place]) + (usesBatch ? shared : 0)))
        }
      }
      results[1][channel] = Float(totals.sum)
      results[2][channel] = Float(totals.upstream)
    }
    return pass.inputs.indices.map { index in
      pass.wanted[index] ? Tensor(results[index], shape: pass.inputs[index].shape) : nil
    }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let sizes = Self.sizes(pass.inputs[0].shape)
    let channel = input == 0 ? element / sizes.plane % sizes.channels : element
    func terms(factor: (Int) -> Float) throws -> [GradientTerm] {
      try GradientTerm.list(of: sizes.batch * sizes.plane) {
        let (image, offset) = $0.quotientAndRemainder(dividingBy: sizes.plane)
        let place = (image * sizes.channels + channel) * sizes.plane + offset
        return GradientTerm(output: place, factor: factor(place))
      }
    }
    if input == 2 { return try terms { _ in 1 } }
    let moments = try saved(in: pass)
    let inverse = 1 / (Double(moments.variance.elements[channel]) + epsilon).squareRoot()
    func normal(_ place: Int) -> Double {
      (Double(pass.inputs[0].elements[place]) - Double(moments.mean.elements[channel])) * inverse
    }
    if input == 1 { return try terms { Float(normal($0)) } }
    let scale = Double(pass.inputs[1].elements[channel]) * inverse
    guard usesBatch else { return [GradientTerm(output: element, factor: Float(scale))] }
    // The element also moves the mean and the variance, on which every output of its channel rests.
    let count = Double(sizes.batch * sizes.plane)
    let own = normal(element)
    return try terms { place in
      let shared = (1 + normal(place) * own) / count
      return Float(scale * ((place == element ? 1 : 0) - shared))
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    pass.output.count / max(1, pass.inputs[1].count)
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let sizes = Self.sizes(inputs[0].shape)
    var result = try inputs[0].map { $0 }
    let values = inputs[0].elements
    let count = Double(sizes.batch * sizes.plane)
    for channel in 0..<sizes.channels {
      var (mean, variance) = (0.0, 0.0)
      switch statistics {
      case .batch:
        try Self.forEachPiece(of: channel, sizes) { for value in values[$0] { mean += value } }
        mean /= count
        try Self.forEachPiece(of: channel, sizes) {
          for value in values[$0] { variance += (value - mean) * (value - mean) }
        }
        variance /= count
      case .running(let runningMean, let runningVariance):
        mean = Double(runningMean.elements[channel])
        variance = Double(runningVariance.elements[channel])
      }
      try Self.forEachPiece(of: channel, sizes) { places in
        for place in places {
          result.elements[place] =
            (values[place] - mean) / (variance + epsilon).squareRoot() * inputs[1].elements[channel]
            + inputs[2].elements[channel]
        }
      }
    }
    return result
  }

  private static func sizes(_ input: Shape) -> BatchNormalization.Shape {
    BatchNormalization.Shape(
      batch: input[0], channels: input[1], plane: input.dimensions.dropFirst(2).reduce(1, *))
  }

  /// Calls `body` for the places of a channel's values, in order, and looks at the flag in between.
  private static func forEachPiece(
    of channel: Int, _ sizes: BatchNormalization.Shape, _ body: (Range<Int>) throws -> Void
  ) throws {
    try Cancellation.check()
    try Cancellation.forEachRow(sizes.batch, length: sizes.plane) { image, piece in
      let offset = (image * (sizes.channels - 1) + channel) * sizes.plane
      try body(piece.lowerBound + offset..<piece.upperBound + offset)
    }
  }
}
