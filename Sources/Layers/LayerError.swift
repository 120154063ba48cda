import Kernels
import Tensors

/// Why a layer cannot be made or cannot run on an input.
public indirect enum LayerError: Error {
  /// A number of channels that the groups do not divide.
  case groupsDoNotDivide(groups: Int, String, Int)
  /// An input with other dimensions than the layer expects.
  case inputRank(Shape, expected: String = "[N, C, H, W] or [C, H, W]")
  /// An input without elements.
  case emptyInput(Shape)
  /// An input with other channels than the layer expects.
  case inputChannels(Shape, expected: Int)
  /// An input with other features than the layer expects.
  case inputFeatures(Shape, expected: Int)
  /// One value for each channel, which has no variance.
  case oneValuePerChannel(Shape)
  /// More padding than half a pooling window.
  case paddingTooLarge(Pair, kernelSize: Pair)
  /// What went wrong in a stage of a network, with the shape that reached it.
  case stage(String, reached: Shape, LayerError)
  /// Layers of a residual block whose value has another shape than what they took.
  case changedShape(Shape, to: Shape)
  /// A kernel that reaches beyond the padded input.
  case kernelTooLarge(padded: Pair, reach: Pair)
  /// `padding=same` with a stride.
  case samePaddingWithStride(Pair)
  /// A padded input with more rows or columns than can be counted.
  case paddedTooLarge(Pair)
  /// Sizes whose arithmetic would not fit into any memory.
  case scratchTooLarge(Shape)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .groupsDoNotDivide(let groups, let name, let channels):
      "groups must divide \(name), and \(groups) does not divide \(channels)"
    case .inputRank(let shape, let expected):
      "the layer expects an input of shape \(expected), not \(shape)"
    case .inputFeatures(let shape, let expected):
      "the layer expects \(expected) feature\(expected == 1 ? "" : "s"), but the input of shape "
        + "\(shape) has \(shape.dimensions.last ?? 0)"
    case .oneValuePerChannel(let shape):
      "in training mode each channel needs more than one value, and an input of shape \(shape) "
        + "has one"
    case .paddingTooLarge(let padding, let kernelSize):
      "padding must be at most half of K, and "
        + (padding.rows > kernelSize.rows / 2
          ? "\(padding.rows) is more than half of \(kernelSize.rows)"
          : "\(padding.columns) is more than half of \(kernelSize.columns)")
    case .stage(let name, let shape, let error):
      "\(name), which an input of shape \(shape) reached: \(error.message)"
    case .changedShape(let input, let output):
      "x + body(x) needs one shape, but x has \(input) and body(x) has \(output)"
    case .emptyInput(let shape):
      "the input of shape \(shape) has no elements"
    case .inputChannels(let shape, let expected):
      "the layer expects \(expected) channel\(expected == 1 ? "" : "s"), but the input of shape "
        + "\(shape) has \(shape[shape.rank - 3])"
    case .kernelTooLarge(let padded, let reach):
      "the kernel reaches over \(reach.rows) × \(reach.columns), more than the padded input of "
        + "\(padded.rows) × \(padded.columns)"
    case .samePaddingWithStride(let stride):
      "padding=same needs a stride of 1, not \(stride.argument)"
    case .paddedTooLarge(let padded):
      "the padded input of \(padded.rows) × \(padded.columns) has more than 2^31 rows or columns"
    case .scratchTooLarge(let shape):
      "no memory holds what the kernel reads of an input of shape \(shape)"
    }
  }
}

extension LayerError {
  /// What the layer itself says, in whichever network within networks it is.
  var innermost: LayerError {
    var error = self
    while case .stage(_, _, let inner) = error { error = inner }
    return error
  }
}

extension WindowError {
  /// The same error in the words of layers, for an input of this shape.
  func inWords(_ input: Shape) -> any Error {
    switch self {
    case .kernelTooLarge(let padded, let reach):
      LayerError.kernelTooLarge(padded: padded, reach: reach)
    case .paddingTooLarge(let padding, let kernel):
      LayerError.paddingTooLarge(padding, kernelSize: kernel)
    case .paddedTooLarge(let padded): LayerError.paddedTooLarge(padded)
    case .tooManyElements(let sizes): ShapeError.tooManyElements(sizes)
    case .scratchTooLarge: LayerError.scratchTooLarge(input)
    // What layers check before with words of their own.
    case .notPositive, .channels: LayerError.inputRank(input)
    }
  }
}
