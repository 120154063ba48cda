import Gradients
import Running
import Tensors

/// Batch normalization of images: `torch.nn.BatchNorm2d`.
///
/// In training mode it normalizes with the batch's own mean and variance and gathers running ones;
/// in evaluation mode it uses the running ones.
public struct BatchNorm2d: Layer {
  public static let kind = "BatchNorm2d"
  public static let verb = "batchnorm"

  /// Added to the variance.
  public static let epsilon = 1e-5
  /// The share of a new batch in the running statistics.
  public static let momentum = 0.1

  /// The scale of each channel, PyTorch's `weight`: ones when new.
  private var scale: Parameter
  /// The shift of each channel, PyTorch's `bias`: zeros when new.
  private var shift: Parameter
  /// The running mean of each channel, zeros when new.
  public private(set) var runningMean: Tensor
  /// The running variance of each channel, ones when new.
  public private(set) var runningVariance: Tensor
  public var isTraining = true

  /// Makes a layer with PyTorch's initial values; none of them is drawn.
  ///
  /// - Throws: `ShapeError`.
  public init(_ channels: Int) throws {
    let shape = try Shape(checking: [channels])
    scale = Parameter(try Tensor(repeating: 1, shape: shape))
    shift = Parameter(try Tensor(repeating: 0, shape: shape))
    runningMean = try Tensor(repeating: 0, shape: shape)
    runningVariance = try Tensor(repeating: 1, shape: shape)
  }

  /// Channels of the input and of the output.
  public var channels: Int { scale.tensor.count }

  public var attributes: [Attribute] {
    [
      Attribute(Affine.weightName, .parameter) { .tensor(scale.variable) },
      Attribute(Affine.biasName, .parameter) { .tensor(shift.variable) },
      Attribute("running_mean", .buffer) { .tensor(Variable(runningMean)) },
      Attribute("running_var", .buffer) { .tensor(Variable(runningVariance)) },
    ]
  }

  public var ownParameters: [(name: String, parameter: Parameter)] {
    [(Affine.weightName, scale), (Affine.biasName, shift)]
  }

  public mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows {
    scale.tensor = try update(scale)
    shift.tensor = try update(shift)
  }

  public mutating func setBuffers(_ read: (String) -> Tensor?) {
    runningMean = read("running_mean") ?? runningMean
    runningVariance = read("running_var") ?? runningVariance
  }

  /// (x − mean) / √(variance + 1e-5) · weight + bias for `[N, C, H, W]`.
  ///
  /// In training mode the running statistics move by a tenth towards the batch's; their variance
  /// is the unbiased one, the normalization's is not.
  public mutating func forward(_ input: Variable) throws -> Variable {
    _ = try outputShape(input.tensor.shape)
    let inputs = [input, scale.variable, shift.variable]
    guard isTraining else {
      let running = BatchNormalize.Statistics.running(mean: runningMean, variance: runningVariance)
      return try Variable(BatchNormalize(statistics: running, epsilon: Self.epsilon), inputs)
    }
    let (output, batch) = try BatchNormalize.normalizing(inputs, epsilon: Self.epsilon)
    // PyTorch's roundings: in float32, of the two products for the variance the first one fused.
    let (new, old) = (Float(Self.momentum), Float(1 - Self.momentum))
    runningMean = try runningMean.zip(batch.mean) { new * $1 + old * $0 }
    runningVariance = try runningVariance.zip(try batch.unbiasedVariance) {
      (old * $0).addingProduct(new, $1)
    }
    return output
  }

  public func outputShape(_ input: Shape) throws -> Shape {
    guard input.rank == 4 else {
      throw LayerError.inputRank(input, expected: "[N, \(channels), H, W]")
    }
    guard input.count > 0 else { throw LayerError.emptyInput(input) }
    guard !isTraining || input.count > input[1] else { throw LayerError.oneValuePerChannel(input) }
    guard input[1] == channels else { throw LayerError.inputChannels(input, expected: channels) }
    return input
  }

  public func multiplyAdds(_ input: Shape) -> Int { input.count }

  public var expectedInput: Shape? { [1, channels, 4, 4] }

  public func arguments(fitting input: Shape) -> [String]? {
    input.rank == 4 ? ["\(input[1])"] : nil
  }

  public func advice(on error: LayerError) -> InputAdvice? {
    switch error {
    case .inputChannels(let shape, _): arguments(fitting: shape).map { .arguments($0) }
    case .oneValuePerChannel: .evaluationMode
    default: .input(drawnInput)
    }
  }

  public var keepsChannels: Bool { true }

  /// In evaluation mode; in training mode a channel depends on the batch.
  public func constant(_ value: Float?, inChannel channel: Int) throws -> Float? {
    guard !isTraining else { return nil }
    guard let value else {
      return scale.tensor.elements[channel] == 0 ? shift.tensor.elements[channel] : nil
    }
    var alone = try keeping(channels: [channel])
    let plane = Variable(Tensor([value], shape: [1, 1, 1, 1]))
    return try alone.forward(plane).tensor.elements[0]
  }

  public func keeping(channels: [Int]) throws -> BatchNorm2d {
    func kept(_ tensor: Tensor) -> Tensor {
      Tensor(channels.map { tensor.elements[$0] }, shape: [channels.count])
    }
    var result = self
    result.scale = Parameter(kept(scale.tensor))
    result.shift = Parameter(kept(shift.tensor))
    result.runningMean = kept(runningMean)
    result.runningVariance = kept(runningVariance)
    return result
  }

  public var steepness: Double? {
    guard !isTraining else { return nil }
    return factors.reduce(0) { max($0, Double($1)) }
  }

  /// |weight| / √(variance + 1e-5) of each channel.
  private var factors: [Float] {
    zip(scale.tensor.elements, runningVariance.elements).map {
      abs($0) / ($1 + Float(Self.epsilon)).squareRoot()
    }
  }

  public func passing(difference: Tensor) throws -> Tensor {
    try byChannel(difference) { factors[$0] * $1 }
  }

  /// A negative weight turns a difference around.
  public func passing(below: Tensor, above: Tensor) throws -> (below: Tensor, above: Tensor) {
    let isTurned = scale.tensor.elements.map { $0 < 0 }
    let (first, second) = (try passing(difference: below), try passing(difference: above))
    func chosen(_ kept: Tensor, _ turned: Tensor) throws -> Tensor {
      let plane = kept.shape.droppingFirst.droppingFirst.count
      return try Tensor(shape: kept.shape) { target in
        try Cancellation.forEachRow(kept.count / plane, length: plane) { row, piece in
          let source = isTurned[row % channels] ? turned : kept
          for index in piece { target[index] = source.elements[index] }
        }
      }
    }
    return (try chosen(first, second), try chosen(second, first))
  }

  public func rounding(of output: Tensor, for input: Tensor) throws -> Tensor? {
    // A difference, a root, a quotient, a product and a sum, none rounded more than once.
    try byChannel(input) { channel, value in
      let scaled = factors[channel] * (abs(value) + abs(runningMean.elements[channel]))
      return 6 * .unitRoundoff * (scaled + abs(shift.tensor.elements[channel]))
    }
  }

  private func byChannel(
    _ tensor: Tensor, _ value: (Int, Float) -> Float
  ) throws -> Tensor {
    let plane = tensor.shape.droppingFirst.droppingFirst.count
    return try Tensor(shape: tensor.shape) { target in
      try Cancellation.forEachRow(tensor.count / plane, length: plane) { row, piece in
        for index in piece { target[index] = value(row % channels, tensor.elements[index]) }
      }
    }
  }

  public func copy() -> BatchNorm2d {
    var copy = self
    copy.scale = Parameter(scale.tensor)
    copy.shift = Parameter(shift.tensor)
    return copy
  }

  /// Without what is so anyway: earlier versions of PyTorch do not know `bias`.
  public func constructor(_ className: (String) -> String) -> String {
    "\(className(Self.kind))(\(channels))"
  }

  /// The layer as PyTorch prints it.
  public var description: String {
    "\(Self.kind)(\(channels), eps=1e-05, momentum=0.1, affine=True, bias=True, "
      + "track_running_stats=True)"
  }
}
