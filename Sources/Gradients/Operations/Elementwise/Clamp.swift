import Kernels
import Tensors

/// Each element, or the limit that it passes: `x.clamp(0, 1)` with numbers as limits.
///
/// Where the lower limit is above the upper one, the upper one wins; a limit of NaN makes every
/// element NaN. At a limit itself the gradient is 0.
public struct Clamp: ElementwiseOperation {
  /// The lower limit; −∞ where there is none.
  public let lower: Float
  /// The upper limit; ∞ where there is none.
  public let upper: Float

  /// Makes the operation.
  public init(_ lower: Float?, _ upper: Float?) {
    (self.lower, self.upper) = (lower ?? -.infinity, upper ?? .infinity)
    (hasLower, hasUpper) = (lower != nil, upper != nil)
  }

  private let hasLower: Bool
  private let hasUpper: Bool

  public var gradientName: String { "ClampBackward1" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }
  public var kinks: [Double] { [lower, upper].filter(\.isFinite).map(Double.init) }

  public func value<N: Number>(_ x: N) -> N {
    let (lower, upper) = (N(lower), N(upper))
    if lower.isNaN || upper.isNaN { return .nan }
    let above = x < lower ? lower : x
    return above > upper ? upper : above
  }

  // The kernel computes the same in several lanes and threads.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    if lower.isNaN || upper.isNaN {
      return try Tensor(repeating: .nan, shape: inputs[0].shape)
    }
    return try inputs[0].computed { source, target, count in
      try Elementwise.clamp(source, from: lower, to: upper, target: target, count: count)
    }
  }

  public func gradient(_ upstream: Float, x: Float, y: Float) -> Float {
    (hasLower ? x > lower : true) && (hasUpper ? x < upper : true) && x == x ? upstream : 0
  }

  public func block(x: Float, y: Float) -> GradientBlock? { .clamped }
}
