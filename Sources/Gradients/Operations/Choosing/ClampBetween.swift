import Tensors

/// Each element, or the limit that it passes: `x.clamp(a, b)` with tensors as limits, all broadcast
/// against each other.
///
/// Where the lower limit is above the upper one, the upper one wins; NaN wins anywhere. At a limit
/// itself it and the element get half of the gradient each; at both, the element gets all.
public struct ClampBetween: Operation {
  /// Makes the operation; the caller has checked that the shapes fit each other.
  public init() {}

  public var gradientName: String { "ClampBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let all = try Self.spread(inputs.map { PlainTensor($0.elements, shape: $0.shape) })
    return Tensor(
      try PlainTensor<Float>(shape: all[0].shape) { place in
        Self.value(all[0].elements[place], all[1].elements[place], all[2].elements[place])
      }.elements, shape: all[0].shape)
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let all = try Self.spread(pass.inputs.map { PlainTensor($0.elements, shape: $0.shape) })
    return try (0..<3).map { input in
      guard pass.wanted[input] else { return nil }
      let gradient = try Tensor(shape: upstream.shape) { target in
        for place in 0..<upstream.count {
          let share = Self.share(
            of: input, all[0].elements[place], all[1].elements[place], all[2].elements[place])
          target[place] = share == 0 ? 0 : upstream.elements[place] * share
        }
      }
      return try gradient.summed(to: pass.inputs[input].shape)
    }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let plan = Broadcast(pass.inputs.map(\.shape), to: pass.output.shape)
    return try plan.copies(of: element, input: input) { place, sources in
      let values = (0..<3).map { pass.inputs[$0].elements[sources[$0]] }
      let share = Self.share(of: input, values[0], values[1], values[2])
      return GradientTerm(
        output: place, factor: share,
        block: share == 0 ? (input == 0 ? .clamped : .notChosen) : nil, isLeftOut: share == 0)
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    pass.output.count / max(1, pass.inputs[input].count)
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let all = try Self.spread(inputs)
    return try DoubleTensor(shape: all[0].shape) {
      Self.value(all[0].elements[$0], all[1].elements[$0], all[2].elements[$0])
    }
  }

  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] {
    let all = try Self.spread(inputs)
    return try PlainTensor<Int>(shape: all[0].shape) { place in
      let (x, lower, upper) = (
        all[0].elements[place], all[1].elements[place], all[2].elements[place]
      )
      return lower > upper
        ? 9 : (x > lower ? 1 : x < lower ? -1 : 0) * 3 + (x > upper ? 1 : x < upper ? -1 : 0)
    }.elements
  }

  private static func value<N: Number>(_ x: N, _ lower: N, _ upper: N) -> N {
    if x.isNaN || lower.isNaN || upper.isNaN { return .nan }
    let above = x < lower ? lower : x
    return above > upper ? upper : above
  }

  /// How much of the gradient an input gets: the element itself, the lower limit, the upper one.
  private static func share(of input: Int, _ x: Float, _ lower: Float, _ upper: Float) -> Float {
    switch input {
    case 0:
      if x < lower || x > upper { return 0 }
      return x == lower && x < upper || x == upper && x > lower ? 0.5 : 1
    case 1:
      guard lower <= upper, x <= lower else { return 0 }
      return x < lower ? 1 : x < upper ? 0.5 : 0
    default:
      if lower > upper { return 1 }
      guard lower <= upper, x >= upper else { return 0 }
      return x > upper ? 1 : lower < x ? 0.5 : 0
    }
  }

  /// The inputs, repeated to the shape that all of them fit.
  private static func spread<Element>(
    _ inputs: [PlainTensor<Element>]
  ) throws -> [PlainTensor<Element>] {
    let limits = try Broadcast(fitting: inputs[1].shape, inputs[2].shape).shape
    let shape = try Broadcast(fitting: inputs[0].shape, limits).shape
    return try inputs.map { try $0.spread(to: shape) }
  }
}
