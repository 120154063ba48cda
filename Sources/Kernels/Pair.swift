/// Two numbers, one for the rows of a plane and one for its columns: the kernel, stride, padding or
/// dilation of a convolution or a pooling.
public struct Pair: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// The number for rows: PyTorch's first.
  public var rows: Int
  /// The number for columns: PyTorch's second.
  public var columns: Int

  /// Makes a pair of two numbers.
  public init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// Makes a pair of the same number twice.
  public init(_ both: Int) { self.init(both, both) }

  public init(integerLiteral value: Int) { self.init(value) }
}
