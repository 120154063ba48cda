import Kernels
import Running
import Tensors

/// The sum of all elements: `x.sum()`.
public struct Sum: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "SumBackward0" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    Tensor(scalar: try inputs[0].withPointer { try CascadeSum.sum($0, count: inputs[0].count) })
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    [try Tensor(repeating: upstream.elements[0], shape: pass.inputs[0].shape)]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    [GradientTerm(output: 0, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    DoubleTensor([try inputs[0].sum()], shape: [])
  }
}

/// The sum over every dimension but the first: `x.sum(dim=(1, 2, 3))` for a filter bank.
public struct SumTrailing: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "SumBackward1" }
  public var keepsTensors: Bool { false }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let (rows, length) = Self.rows(of: inputs[0].shape)
    return try Tensor(shape: [rows]) { target in
      try inputs[0].withPointer { source in
        try Cancellation.forEachPiece(of: rows, work: length) { piece in
          for row in piece {
            target[row] = try CascadeSum.sum(source + row * length, count: length)
          }
        }
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let (rows, length) = Self.rows(of: pass.inputs[0].shape)
    return [
      try Tensor(shape: pass.inputs[0].shape) { target in
        try Cancellation.forEachRow(rows, length: length) { row, piece in
          (target + piece.lowerBound).initialize(
            repeating: upstream.elements[row], count: piece.count)
        }
      }
    ]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    [GradientTerm(output: element / Self.rows(of: pass.inputs[0].shape).length, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let (rows, length) = Self.rows(of: inputs[0].shape)
    return try DoubleTensor(shape: [rows], work: length) { row in
      inputs[0].elements[row * length..<(row + 1) * length].reduce(0, +)
    }
  }

  private static func rows(of shape: Shape) -> (count: Int, length: Int) {
    (shape[0], shape.droppingFirst.count)
  }
}
