/// What decides how a tensor prints: PyTorch's `torch.set_printoptions`.
public struct PrintOptions: Hashable, Sendable {
  /// Digits after the point.
  public var precision = 4
  /// More elements than this are summarized.
  public var threshold = 1000
  /// Elements shown at each end of a summarized dimension.
  public var edgeItems = 3
  /// Columns after which a row is broken.
  public var lineWidth = 80
  /// Scientific notation always, never, or (nil) where the values ask for it.
  public var scientific: Bool?

  /// Makes PyTorch's default options.
  public init() {}
}
