/// The larger or the smaller of two elements, broadcast against each other: `x.maximum(y)`,
/// `x.minimum(y)`, and `x.clamp(min=y)`.
///
/// NaN wins. At a tie each gets half of the gradient; where one is NaN, both get all of it.
public struct Larger: BroadcastOperation {
  public let gradientName: String
  private let isSmaller: Bool

  private init(_ gradientName: String, isSmaller: Bool) {
    (self.gradientName, self.isSmaller) = (gradientName, isSmaller)
  }

  /// `x.maximum(y)`.
  public static let maximum = Larger("MaximumBackward0", isSmaller: false)
  /// `x.minimum(y)`.
  public static let minimum = Larger("MinimumBackward0", isSmaller: true)
  /// `x.clamp(min=y)`.
  public static let lowerLimit = Larger("ClampBackward0", isSmaller: false)
  /// `x.clamp(max=y)`.
  public static let upperLimit = Larger("ClampBackward0", isSmaller: true)

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func value<N: Number>(_ a: N, _ b: N) -> N {
    // Of equal ones, such as 0 and -0, the first; a comparison with NaN does not hold.
    let isSecond = isSmaller ? !(b >= a) : !(b <= a)
    return a == a && isSecond ? b : a
  }

  public func gradient(
    _ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float
  ) -> Float {
    if a == b { return upstream / 2 }
    let (own, other) = side == .first ? (a, b) : (b, a)
    return (isSmaller ? own > other : own < other) ? 0 : upstream
  }

  public func block(of side: BroadcastSide, a: Float, b: Float, y: Float) -> GradientBlock? {
    .notChosen
  }

  public func branch(_ a: Double, _ b: Double) -> Int { a > b ? 1 : a < b ? -1 : 0 }

  public var hasBranches: Bool { true }
}
