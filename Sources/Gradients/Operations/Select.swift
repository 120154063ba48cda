import Running
import Tensors

/// One slice of the first dimension: `x[index]`.
public struct Select: Operation {
  /// Which slice, counted from 0.
  public let index: Int

  /// Makes the operation; the caller has checked the range.
  public init(_ index: Int) { self.index = index }

  public var gradientName: String { "SelectBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor { try inputs[0][index] }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let length = upstream.count
    return [
      try Tensor(shape: pass.inputs[0].shape) { target in
        try upstream.withPointer { upstream in
          try Cancellation.forEachRow(pass.inputs[0].shape[0], length: length) { row, piece in
            if row == index {
              (target + piece.lowerBound).initialize(
                from: upstream + (piece.lowerBound - row * length), count: piece.count)
            } else {
              (target + piece.lowerBound).initialize(repeating: 0, count: piece.count)
            }
          }
        }
      }
    ]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    element / pass.output.count == index
      ? [GradientTerm(output: element % pass.output.count, factor: 1)] : []
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let shape = inputs[0].shape.droppingFirst
    return try DoubleTensor(shape: shape) { inputs[0].elements[index * shape.count + $0] }
  }
}
