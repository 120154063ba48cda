import Running
import Tensors

/// A tensor repeated to a larger shape: `x.expand(shape)`.
///
/// The gradient of an element is the sum of those of its copies.
public struct Expand: Operation {
  /// The larger shape.
  public let shape: Shape

  /// Makes the operation; the caller has checked that the input can be broadcast to the shape.
  public init(_ shape: Shape) { self.shape = shape }

  public var gradientName: String { "ExpandBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try Tensor(shape: shape) { target in
      try Cancellation.forEachPiece(of: shape.count, work: 8) { piece in
        for place in piece {
          target[place] = inputs[0].elements[source(of: place, in: inputs[0].shape)]
        }
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    var gradient = try Memory.zeros(pass.inputs[0].count)
    try Cancellation.forEachPiece(of: shape.count, work: 8) { piece in
      for place in piece {
        gradient[source(of: place, in: pass.inputs[0].shape)] += upstream.elements[place]
      }
    }
    return [Tensor(gradient, shape: pass.inputs[0].shape)]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    try GradientTerm.list(of: shape.count) {
      source(of: $0, in: pass.inputs[0].shape) == element
        ? GradientTerm(output: $0, factor: 1) : nil
    }
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    try DoubleTensor(shape: shape, work: 8) {
      inputs[0].elements[source(of: $0, in: inputs[0].shape)]
    }
  }

  /// The element of the input whose copy stands at a place of the larger shape.
  private func source(of place: Int, in input: Shape) -> Int {
    var (rest, step, source) = (place, 1, 0)
    for distance in 1...max(1, shape.rank) where distance <= input.rank {
      let size = shape[shape.rank - distance]
      let own = input[input.rank - distance]
      if own > 1 { source += rest % size * step }
      rest /= size
      step *= own
    }
    return source
  }
}
