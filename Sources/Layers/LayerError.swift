import Tensors

/// Why a layer cannot be made or cannot run on an input.
public enum LayerError: Error {
  /// A number of channels that the groups do not divide.
  case groupsDoNotDivide(groups: Int, String, Int)
  /// An input that is not a batch of images.
  case inputRank(Shape)
  /// An input without elements.
  case emptyInput(Shape)
  /// An input with other channels than the layer expects.
  case inputChannels(Shape, expected: Int)
  /// A kernel that reaches beyond the padded input.
  case kernelTooLarge(padded: (Int, Int), reach: Int)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .groupsDoNotDivide(let groups, let name, let channels):
      "groups must divide \(name), and \(groups) does not divide \(channels)"
    case .inputRank(let shape):
      "the layer expects an input of shape [N, C, H, W], not \(shape)"
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
