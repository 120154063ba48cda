import Gradients
import Tensors

/// Batch normalization of images: `torch.nn.BatchNorm2d`.
///
/// In training mode it normalizes with the batch's own mean and variance and gathers running ones;
/// in evaluation mode it uses the running ones.
public struct BatchNorm2d: WeightedLayer {
  public static let verb = "batchnorm"

  /// Added to the variance.
  public static let epsilon = 1e-5
  /// The share of a new batch in the running statistics.
  public static let momentum = 0.1

  /// The scale of each channel, ones when new.
  public private(set) var dense: Parameter
  /// The shift of each channel, zeros when new.
  public var bias: Parameter?
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
    dense = Parameter(try Tensor(repeating: 1, shape: shape))
    bias = Parameter(try Tensor(repeating: 0, shape: shape))
    runningMean = try Tensor(repeating: 0, shape: shape)
    runningVariance = try Tensor(repeating: 1, shape: shape)
  }

  /// Channels of the input and of the output.
  public var channels: Int { dense.tensor.count }

  public var weight: Variable { dense.variable }

  public var parameters: [Parameter] { [dense] + (bias.map { [$0] } ?? []) }

  public mutating func setWeight(_ tensor: Tensor) { dense.tensor = tensor }

  public mutating func updateParameters(_ update: (Parameter) throws -> Tensor) rethrows {
    dense.tensor = try update(dense)
    if let old = bias { bias?.tensor = try update(old) }
  }

  /// (x − mean) / √(variance + 1e-5) · weight + bias for `[N, C, H, W]`.
  ///
  /// In training mode the running statistics move by a tenth towards the batch's; their variance
  /// is the unbiased one, the normalization's is not.
  public mutating func forward(_ input: Variable) throws -> Variable {
    _ = try outputShape(input.tensor.shape)
    let inputs = parameters.reduce(into: [input]) { $0.append($1.variable) }
    guard isTraining else {
      let running = BatchNormalize.Statistics.running(mean: runningMean, variance: runningVariance)
      return try Variable(BatchNormalize(statistics: running, epsilon: Self.epsilon), inputs)
    }
    let output = try Variable(BatchNormalize(statistics: .batch, epsilon: Self.epsilon), inputs)
    let recorded = (output.node?.operation as? BatchNormalize)?.batch
    let batch = try recorded ?? BatchNormalize.statistics(of: input.tensor)
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

  public var drawnInput: Shape { [1, channels, 4, 4] }

  public func copy() -> BatchNorm2d {
    var copy = self
    copy.dense = Parameter(dense.tensor)
    copy.bias = bias.map { Parameter($0.tensor) }
    return copy
  }

  /// The layer as PyTorch prints it.
  public var description: String {
    "BatchNorm2d(\(channels), eps=1e-05, momentum=0.1, affine=True, bias=True, "
      + "track_running_stats=True)"
  }
}
