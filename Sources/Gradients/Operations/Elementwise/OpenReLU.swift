/// The rectifier max(x, 0) with a gradient of 1 at exactly 0, where ``ReLU`` has 0.
///
/// PyTorch has none; it shows that a masked filter's gradient is lost to that choice alone.
public struct OpenReLU: ElementwiseOperation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "OpenReluBackward" }
  public var kinks: [Double] { [0] }

  public func value<N: Number>(_ x: N) -> N { x < 0 ? 0 : x }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { x < 0 ? 0 : upstream }

  public func block(x: Float, y: Float) -> GradientBlock? { .rectified(x) }
}
