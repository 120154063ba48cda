/// The leaky rectifier: x where x > 0, else slope · x (`torch.nn.functional.leaky_relu`).
///
/// Keeps −0 and NaN. The gradient is multiplied by the slope wherever x is not above 0, at 0 and at
/// NaN too.
public struct LeakyReLU: ElementwiseOperation {
  /// What values that are not above 0 are multiplied by.
  public let slope: Float

  /// Makes the operation.
  public init(slope: Float = 0.01) { self.slope = slope }

  public var gradientName: String { "LeakyReluBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }
  public var kinks: [Double] { [0] }

  public func value<N: Number>(_ x: N) -> N { x > 0 ? x : x * N(slope) }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float {
    x > 0 ? upstream : upstream * slope
  }

  public func block(x: Float, y: Float) -> GradientBlock? { .rectified(x) }
}
