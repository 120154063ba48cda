/// The difference of two tensors that are broadcast against each other: `x - y`.
public struct Subtract: BroadcastOperation {
  /// Whether PyTorch computes it from the second one: a number minus a tensor.
  private let isReversed: Bool

  /// Makes the operation.
  ///
  /// - Parameter isReversed: whether the first is a number, `1 - x`, which PyTorch names otherwise.
  public init(isReversed: Bool = false) { self.isReversed = isReversed }

  public var gradientName: String { isReversed ? "RsubBackward1" : "SubBackward0" }
  public var keepsTensors: Bool { false }

  public func value<N: Number>(_ a: N, _ b: N) -> N { a - b }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float { side == .first ? upstream : -upstream }
}
