import Kernels
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
    let plan = try Broadcast(fitting: inputs[0].shape, inputs[1].shape)
    return try Tensor(inputs[0], inputs[1], plan, FloatValue(operation: self))
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    try collectedGradients(upstream, after: pass)
  }

  /// The gradients, each the sum over an element's copies.
  func collectedGradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    try BroadcastSide.both.map { side in
      pass.wanted[side.rawValue]
        ? try collected(side, upstream, pass, asMagnitudes: false) : nil
    }
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    try BroadcastSide.both.map { side in
      pass.wanted[side.rawValue]
        ? try collected(side, upstream, pass, asMagnitudes: true) : nil
    }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    guard let side = BroadcastSide(rawValue: input) else { return [] }
    return try pass.plan.copies(of: element, input: input) { place, sources in
      let (a, b) = (pass.inputs[0].elements[sources[0]], pass.inputs[1].elements[sources[1]])
      let y = pass.output.elements[place]
      return GradientTerm(
        output: place, gradient: { gradient($0, of: side, a: a, b: b, y: y) }
      ) { block(of: side, a: a, b: b, y: y) }
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    pass.output.count / max(1, pass.inputs[input].count)
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let plan = try Broadcast(fitting: inputs[0].shape, inputs[1].shape)
    return try DoubleTensor(
      inputs[0].elements, inputs[1].elements, plan, DoubleValue(operation: self))
  }

  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] {
    guard hasBranches else { return [] }
    let plan = try Broadcast(fitting: inputs[0].shape, inputs[1].shape)
    return try PlainTensor(inputs[0].elements, inputs[1].elements, plan, Branch(operation: self))
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

  /// What is said of each place of the result that an element of one of the inputs is repeated to.
  ///
  /// - Throws: `Cancelled`.
  func copies<Word>(
    of element: Int, input: Int, _ word: (_ place: Int, _ sources: SIMD4<Int>) -> Word
  ) throws -> [Word] {
    var words: [Word] = []
    try Cancellation.check()
    try Cancellation.forEachPiece(of: shape.count) { piece in
      forEachRow(in: piece) { row in
        for index in 0..<row.length {
          let sources = row.sources &+ row.steps &* index
          if sources[input] == element { words.append(word(row.start + index, sources)) }
        }
      }
    }
    return words
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
}

extension BroadcastOperation {
  /// The gradient of one side: the sum over the copies of each of its elements, perhaps without
  /// signs.
  fileprivate func collected(
    _ side: BroadcastSide, _ upstream: Tensor, _ pass: ForwardPass, asMagnitudes: Bool
  ) throws -> Tensor {
    let plan = try pass.plan
    let all = try Tensor(shape: plan.shape) { target in
      try upstream.withPointer { upstream in
        try pass.output.withPointer { output in
          try pass.inputs[0].withPointer { first in
            try pass.inputs[1].withPointer { second in
              try Parallel.forEachPiece(of: plan.shape.count) { piece in
                plan.forEachRow(in: piece) { row in
                  row.fill(target, upstream, first, second, output) { upstream, a, b, y in
                    let gradient = gradient(upstream, of: side, a: a, b: b, y: y)
                    return asMagnitudes ? gradient.magnitude : gradient
                  }
                }
              }
            }
          }
        }
      }
    }
    return try all.summed(to: pass.inputs[side.rawValue].shape)
  }
}

private struct FloatValue<Operation: BroadcastOperation>: PairFunction {
  let operation: Operation

  @inline(__always)
  func callAsFunction(_ a: Float, _ b: Float) -> Float { operation.value(a, b) }
}

private struct DoubleValue<Operation: BroadcastOperation>: PairFunction {
  let operation: Operation

  func callAsFunction(_ a: Double, _ b: Double) -> Double { operation.value(a, b) }
}

private struct Branch<Operation: BroadcastOperation>: PairFunction {
  let operation: Operation

  func callAsFunction(_ a: Double, _ b: Double) -> Int { operation.branch(a, b) }
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
