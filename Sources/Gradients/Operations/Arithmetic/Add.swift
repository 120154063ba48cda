/// The sum of two tensors that are broadcast against each other: `x + y`.
public struct Add: BroadcastOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "AddBackward0" }
  public var keepsTensors: Bool { false }

  public func value<N: Number>(_ a: N, _ b: N) -> N { a + b }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float { upstream }
}
