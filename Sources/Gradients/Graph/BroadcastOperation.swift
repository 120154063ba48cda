import Kernels
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
    let plan = try Broadcast(fitting: inputs[0].shape, inputs[1].shape)
    return try Tensor(inputs[0], inputs[1], plan) { value($0, $1) }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    try collectedGradients(upstream, after: pass)
  }

  /// The gradients, each the sum over an element's copies.
  func collectedGradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    try BroadcastSide.both.map { side in
      pass.wanted[side.rawValue]
        ? try pass.collected(side, upstream) { gradient($0, of: side, a: $1, b: $2, y: $3) } : nil
    }
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    try BroadcastSide.both.map { side in
      pass.wanted[side.rawValue]
        ? try pass.collected(side, upstream) {
          gradient($0, of: side, a: $1, b: $2, y: $3).magnitude
        } : nil
    }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    guard let side = BroadcastSide(rawValue: input) else { return [] }
    var terms: [GradientTerm] = []
    try pass.plan.forEachRow { row in
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
    let plan = try Broadcast(fitting: inputs[0].shape, inputs[1].shape)
    return try DoubleTensor(inputs[0].elements, inputs[1].elements, plan) { value($0, $1) }
  }

  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] {
    guard hasBranches else { return [] }
    let plan = try Broadcast(fitting: inputs[0].shape, inputs[1].shape)
    return try PlainTensor<Int>(inputs[0].elements, inputs[1].elements, plan) { branch($0, $1) }
      .elements
  }
}

extension Broadcast {
  /// The plan for two shapes of which the caller has seen that they fit each other.
  init(fitting first: Shape, _ second: Shape) throws(ShapeError) {
    guard let plan = try Broadcast(first, second) else {
      preconditionFailure("the caller has seen that the shapes fit each other")
    }
    self = plan
  }
}

extension BroadcastSide {
  fileprivate static let both: [BroadcastSide] = [.first, .second]
}

extension ForwardPass {
  /// How the two inputs lie under the output.
  fileprivate var plan: Broadcast {
    get throws { try Broadcast(fitting: inputs[0].shape, inputs[1].shape) }
  }

  /// A tensor of one side's shape: the sum over the copies of each of its elements of what is
  /// computed from the elements of a gradient of the output, of both inputs and of the output.
  @inline(__always)
  fileprivate func collected(
    _ side: BroadcastSide, _ upstream: Tensor, _ value: (Float, Float, Float, Float) -> Float
  ) throws -> Tensor {
    let plan = try plan
    let all = try Tensor(shape: output.shape) { target in
      try upstream.withPointer { upstream in
        try output.withPointer { output in
          try inputs[0].withPointer { first in
            try inputs[1].withPointer { second in
              try Parallel.forEachPiece(of: plan.shape.count) { piece in
                plan.forEachRow(in: piece) { row in
                  row.fill(target, upstream, first, second, output, value)
                }
              }
            }
          }
        }
      }
    }
    return try all.summed(to: inputs[side.rawValue].shape)
  }
}

extension Broadcast.Row {
  /// Computes each element of the run from those of two tensors of the result's shape and of the two
  /// sources between them.
  @inline(__always)
  fileprivate func fill(
    _ target: UnsafeMutablePointer<Float>, _ upstream: UnsafePointer<Float>,
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ output: UnsafePointer<Float>,
    _ value: (Float, Float, Float, Float) -> Float
  ) {
    let (target, upstream, output) = (target + start, upstream + start, output + start)
    let (first, second) = (first + sources[0], second + sources[1])
    // Written out for each way to walk, so that it is compiled into vectors.
    switch (steps[0], steps[1]) {
    case (1, 1):
      for index in 0..<length {
        target[index] = value(upstream[index], first[index], second[index], output[index])
      }
    case (1, 0):
      let second = second.pointee
      for index in 0..<length {
        target[index] = value(upstream[index], first[index], second, output[index])
      }
    case (0, 1):
      let first = first.pointee
      for index in 0..<length {
        target[index] = value(upstream[index], first, second[index], output[index])
      }
    default:
      for index in 0..<length {
        target[index] = value(
          upstream[index], first[index * steps[0]], second[index * steps[1]], output[index])
      }
    }
  }
}
