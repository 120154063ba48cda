import Tensors

/// Why a layer cannot be made or cannot run on an input.
public indirect enum LayerError: Error {
  /// A number of channels that the groups do not divide.
  case groupsDoNotDivide(groups: Int, String, Int)
  /// An input with other dimensions than the layer expects.
  case inputRank(Shape, expected: String = "[N, C, H, W]")
  /// An input without elements.
  case emptyInput(Shape)
  /// An input with other channels than the layer expects.
  case inputChannels(Shape, expected: Int)
  /// An input with other features than the layer expects.
  case inputFeatures(Shape, expected: Int)
  /// One value for each channel, which has no variance.
  case oneValuePerChannel(Shape)
  /// More padding than half a pooling window.
  case paddingTooLarge(Int, kernelSize: Int)
  /// What went wrong in a stage of a network, with the shape that reached it.
  case stage(String, reached: Shape, LayerError)
  /// A kernel that reaches beyond the padded input.
  case kernelTooLarge(padded: (Int, Int), reach: Int)

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
      "padding must be at most half of K, and \(padding) is more than half of \(kernelSize)"
    case .stage(let name, let shape, let error):
      "\(name), which an input of shape \(shape) reached: \(error.message)"
    case .emptyInput(let shape):
      "the input of shape \(shape) has no elements"
    case .inputChannels(let shape, let expected):
      "the layer expects \(expected) channel\(expected == 1 ? "" : "s"), but the input of shape "
        + "\(shape) has \(shape[1])"
    case .kernelTooLarge(let padded, let reach):
      "the kernel reaches over \(reach) × \(reach), more than the padded input of "
        + "\(padded.0) × \(padded.1)"
    }
  }
}
