import Tensors

/// Which dimensions an operation makes one number of: PyTorch's `dim=` and `keepdim=`.
public struct Reduction: Hashable, Sendable {
  /// The dimensions, counted from the first; nil for all of them, where none is named.
  public let dimensions: [Int]?
  /// Whether they stay in the result with size 1.
  public let keepsDimensions: Bool

  /// Makes a reduction; the caller has checked that the dimensions are there, each once.
  public init(_ dimensions: [Int]?, keepsDimensions: Bool = false) {
    (self.dimensions, self.keepsDimensions) = (dimensions, keepsDimensions)
  }

  /// All dimensions, none of them named.
  public static let whole = Reduction(nil)

  /// The rows that become one number each.
  public func layout(of shape: Shape) -> RowLayout {
    guard let dimensions else {
      return RowLayout(whole: shape, keepsDimensions: keepsDimensions)
    }
    return RowLayout(shape, reducing: dimensions, keepsDimensions: keepsDimensions)
  }
}
