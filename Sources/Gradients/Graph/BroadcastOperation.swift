import Running
import Tensors

/// An operation that makes each element of its result from one element of each of two inputs, which
/// are broadcast against each other: `x * y`.
///
/// It states its value, and for each side what of a gradient passes and why nothing does; value,
/// reference, gradients, magnitudes and terms of tensors follow:
///
///     public struct Multiply: BroadcastOperation {
///       public var gradientName: String { "MulBackward0" }
///       public func value<N: Number>(_ a: N, _ b: N) -> N { a * b }
///       public func gradient(_ upstream: Float, of side: Side, a: Float, b: Float, y: Float) -> Float {
///         upstream * (side == .first ? b : a)
///       }
///     }
///
/// The gradient of an input that was repeated is the sum over its copies.
public protocol BroadcastOperation: Operation {
  /// The value y of an element of each input: in float32 the result, in double the reference.
  func value<N: Number>(_ a: N, _ b: N) -> N

  /// The gradient of one side for a gradient of y: upstream times the slope, in the order in which
  /// PyTorch multiplies.
  func gradient(_ upstream: Float, of side: BroadcastSide, a: Float, b: Float, y: Float) -> Float

  /// Why the gradient of one side is 0 for every gradient of y; asked only where it is.
  func block(of side: BroadcastSide, a: Float, b: Float, y: Float) -> GradientBlock?

  /// Which branch the operation takes where it has branches; between two inputs with other branches
  /// lies a kink.
  func branch(_ a: Double, _ b: Double) -> Int

  /// Whether ``branch(_:_:)`` ever differs.
  var hasBranches: Bool { get }
}

/// One of the two inputs of a ``BroadcastOperation``.
public enum BroadcastSide: Int, Sendable {
  case first, second
}

extension BroadcastOperation {
  /// Most slopes are only 0 by chance.
  public func block(of side: BroadcastSide, a: Float, b: Float, y: Float) -> GradientBlock? { nil }

  /// Most operations are smooth.
  public func branch(_ a: Double, _ b: Double) -> Int { 0 }

  /// Most operations are smooth.
  public var hasBranches: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let output = try Self.outputShape(inputs[0].shape, inputs[1].shape)
    let plan = Broadcast([inputs[0].shape, inputs[1].shape], to: output)
    return try Tensor(inputs[0], inputs[1], plan) { value($0, $1) }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    try collectedGradients(upstream, after: pass)
  }

  /// The gradients, each the sum over an element's copies.
  func collectedGradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    try BroadcastSide.both.map { side in
      pass.wanted[side.rawValue]
        ? try pass.collected(side) { place, a, b, y in
          gradient(upstream.elements[place], of: side, a: a, b: b, y: y)
        } : nil
    }
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    try BroadcastSide.both.map { side in
      pass.wanted[side.rawValue]
        ? try pass.collected(side) { place, a, b, y in
          gradient(upstream.elements[place], of: side, a: a, b: b, y: y).magnitude
        } : nil
    }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    guard let side = BroadcastSide(rawValue: input) else { return [] }
    var terms: [GradientTerm] = []
    try pass.plan.forEachRow(work: 2) { row in
      row.forEach { place, first, second in
        guard element == (side == .first ? first : second) else { return }
        let (a, b) = (pass.inputs[0].elements[first], pass.inputs[1].elements[second])
        let y = pass.output.elements[place]
        let factor = gradient(1, of: side, a: a, b: b, y: y)
        terms.append(
          GradientTerm(
            output: place, factor: factor,
            block: factor == 0 ? block(of: side, a: a, b: b, y: y) : nil))
      }
    }
    return terms
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    pass.output.count / max(1, pass.inputs[input].count)
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let output = try Self.outputShape(inputs[0].shape, inputs[1].shape)
    let plan = Broadcast([inputs[0].shape, inputs[1].shape], to: output)
    return try DoubleTensor(inputs[0].elements, inputs[1].elements, plan) { value($0, $1) }
  }

  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] {
    guard hasBranches else { return [] }
    let output = try Self.outputShape(inputs[0].shape, inputs[1].shape)
    let plan = Broadcast([inputs[0].shape, inputs[1].shape], to: output)
    return try PlainTensor<Int>(inputs[0].elements, inputs[1].elements, plan) { branch($0, $1) }
      .elements
  }

  private static func outputShape(_ first: Shape, _ second: Shape) throws -> Shape {
    guard let shape = try first.broadcast(with: second) else {
      preconditionFailure("the caller has seen that the shapes fit each other")
    }
    return shape
  }
}

extension BroadcastSide {
  fileprivate static let both: [BroadcastSide] = [.first, .second]
}

extension ForwardPass {
  /// How the two inputs lie under the output.
  fileprivate var plan: Broadcast {
    Broadcast([inputs[0].shape, inputs[1].shape], to: output.shape)
  }

  /// A tensor of one side's shape: the sum over the copies of each of its elements of what is
  /// computed from the places of the output, and the elements of both inputs and of the output.
  @inline(__always)
  fileprivate func collected(
    _ side: BroadcastSide, _ value: (Int, Float, Float, Float) -> Float
  ) throws -> Tensor {
    let own = inputs[side.rawValue]
    return try Tensor(shape: own.shape) { target in
      if own.count < output.count { target.initialize(repeating: 0, count: own.count) }
      try inputs[0].withPointer { first in
        try inputs[1].withPointer { second in
          try output.withPointer { output in
            try plan.forEachRow(work: 4) { row in
              if own.count == self.output.count {
                row.forEach { target[$0] = value($0, first[$1], second[$2], output[$0]) }
              } else if side == .first {
                row.forEach { target[$1] += value($0, first[$1], second[$2], output[$0]) }
              } else {
                row.forEach { target[$2] += value($0, first[$1], second[$2], output[$0]) }
              }
            }
          }
        }
      }
    }
  }
}
