/// Why there is no convolution or pooling of these sizes.
public enum WindowError: Error, Hashable {
  /// A size, kernel, stride, dilation or number of groups below 1, or a padding below 0.
  case notPositive
  /// A padded input of this many rows and columns, one of which is more than
  /// ``WindowAxis/limit``.
  case paddedTooLarge(Pair)
  /// A kernel that reaches beyond the padded input.
  case kernelTooLarge(padded: Pair, reach: Pair)
  /// More padding than half of a pooling's kernel.
  case paddingTooLarge(Pair, kernel: Pair)
  /// Channels that the groups do not divide, or that the weight does not expect.
  case channels
  /// A tensor with more elements than ``WindowAxis/limit``.
  case tooManyElements([Int])
  /// Scratch, in floats, that no memory holds.
  case scratchTooLarge
}
