import Kernels
import Running
import Tensors

/// An operation that makes each element of its result from the same element of its one input.
///
/// It states its value y of one element x, what of a gradient passes, and where it has kinks; value,
/// reference, gradient, magnitudes, terms and branches of tensors follow:
///
///     public struct Exponential: ElementwiseOperation {
///       public var gradientName: String { "ExpBackward0" }
///       public func value<N: Number>(_ x: N) -> N { .exp(x) }
///       public func gradient(_ upstream: Float, x: Float, y: Float) -> Float { upstream * y }
///     }
///
/// Where PyTorch keeps x for the gradient, and not y, it also states `savesInput(_:after:)`. Value and
/// gradient run on all cores; one that calls functions has a kernel of its own, as ``Sigmoid`` has.
public protocol ElementwiseOperation: Operation {
  /// The value y of an element x: in float32 the result, in double the reference.
  func value<N: Number>(_ x: N) -> N

  /// The gradient of x for a gradient of y: upstream times the slope, in the order in which PyTorch
  /// multiplies, or 0 where a rectifier is shut.
  func gradient(_ upstream: Float, x: Float, y: Float) -> Float

  /// How much is added up for that gradient, signs aside.
  ///
  /// - Parameters:
  ///   - upstream: how much was added up for the gradient of y; not below 0.
  ///   - x: the element.
  ///   - y: its value.
  /// - Returns: |slope| · upstream, or more where what is multiplied is itself a sum.
  func magnitude(_ upstream: Float, x: Float, y: Float) -> Float

  /// Why the gradient of x is 0 for every gradient of y; asked only where it is.
  func block(x: Float, y: Float) -> GradientBlock?

  /// Where the slope or the value jumps.
  var kinks: [Double] { get }
}

extension ElementwiseOperation {
  public func magnitude(_ upstream: Float, x: Float, y: Float) -> Float {
    gradient(upstream, x: x, y: y).magnitude
  }

  /// Most slopes are only 0 by chance.
  public func block(x: Float, y: Float) -> GradientBlock? { nil }

  /// Most operations are smooth.
  public var kinks: [Double] { [] }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let shape = inputs[0].shape
    return try Tensor(shape: shape) { target in
      try inputs[0].withPointer { source in
        try Parallel.forEachPiece(of: shape.count) { piece in
          for index in piece { target[index] = value(source[index]) }
        }
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    [try combinedGradient(upstream, after: pass)]
  }

  /// The gradient, computed element by element.
  func combinedGradient(_ upstream: Tensor, after pass: ForwardPass) throws -> Tensor {
    try combined(upstream, pass, asMagnitudes: false)
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    [try combined(upstream, pass, asMagnitudes: true)]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    let (x, y) = (pass.inputs[0].elements[element], pass.output.elements[element])
    return [
      GradientTerm(output: element, gradient: { gradient($0, x: x, y: y) }) { block(x: x, y: y) }
    ]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try inputs[0].map { value($0) }
  }

  /// On which side of its kinks each element is; at one is neither.
  public func branches(_ inputs: [DoubleTensor]) throws -> [Int] {
    let kinks = kinks
    guard !kinks.isEmpty else { return [] }
    let elements = inputs[0].elements
    return try Memory.array(mapping: elements.count) { index in
      let x = elements[index]
      return kinks.reduce(0) { $0 + (x > $1 ? 1 : x < $1 ? -1 : 0) }
    }
  }
}

extension ElementwiseOperation {
  /// The gradient of the input, or how much is added up for it.
  fileprivate func combined(
    _ upstream: Tensor, _ pass: ForwardPass, asMagnitudes: Bool
  ) throws -> Tensor {
    let shape = pass.inputs[0].shape
    precondition(upstream.shape == shape && pass.output.shape == shape)
    return try Tensor(shape: shape) { target in
      try upstream.withPointer { upstream in
        try pass.inputs[0].withPointer { input in
          try pass.output.withPointer { output in
            try Parallel.forEachPiece(of: shape.count) { piece in
              if asMagnitudes {
                for index in piece {
                  target[index] = magnitude(upstream[index], x: input[index], y: output[index])
                }
              } else {
                for index in piece {
                  target[index] = gradient(upstream[index], x: input[index], y: output[index])
                }
              }
            }
          }
        }
      }
    }
  }
}
