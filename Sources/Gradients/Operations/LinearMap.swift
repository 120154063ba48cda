import Kernels
import Tensors

/// A batch of rows times a weight's transpose, plus an optional bias:
/// `torch.nn.functional.linear`.
///
/// Inputs: `[N, IN]`, weight `[OUT, IN]`, and perhaps bias `[OUT]`. Output: `[N, OUT]`.
public struct LinearMap: Operation {
  /// Whether there is a bias.
  public let hasBias: Bool

  /// Makes the operation.
  public init(hasBias: Bool) { self.hasBias = hasBias }

  public var gradientName: String { hasBias ? "AddmmBackward0" : "MmBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let (rows, depth, columns) = Self.sizes(inputs)
    return try Tensor(shape: [rows, columns]) { target in
      try inputs[0].withPointer { input in
        try inputs[1].withPointer { weight in
          guard hasBias else {
            return try MatrixProduct.timesTransposed(
              input, weight, bias: nil, result: target, rows: rows, columns: columns, depth: depth)
          }
          try inputs[2].withPointer { bias in
            try MatrixProduct.timesTransposed(
              input, weight, bias: bias, result: target, rows: rows, columns: columns, depth: depth)
          }
        }
      }
    }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    let (rows, depth, columns) = Self.sizes(inputs)
    var gradients = [Tensor?](repeating: nil, count: inputs.count)
    try upstream.withPointer { upstream in
      if wanted[0] {
        gradients[0] = try inputs[1].withPointer { weight in
          try Tensor(shape: inputs[0].shape) { target in
            try MatrixProduct.times(
              upstream, weight, result: target, rows: rows, columns: depth, depth: columns)
          }
        }
      }
      if wanted[1] {
        gradients[1] = try inputs[0].withPointer { input in
          try Tensor(shape: inputs[1].shape) { target in
            try MatrixProduct.transposedTimes(
              upstream, input, result: target, rows: columns, columns: depth, depth: rows)
          }
        }
      }
      if hasBias, wanted[2] {
        gradients[2] = try Tensor(shape: inputs[2].shape) { target in
          try MatrixProduct.columnSums(upstream, sums: target, rows: rows, columns: columns)
        }
      }
    }
    return gradients
  }

  public func gradientMagnitudes(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    try gradients(
      upstream: upstream, inputs: try inputs.map { try $0.map(\.magnitude) }, output: output,
      wanted: wanted)
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let (rows, depth, columns) = Self.sizes(inputs)
    switch input {
    case 0:
      let (row, feature) = (element / depth, element % depth)
      return (0..<columns).map {
        GradientTerm(
          output: row * columns + $0, factor: inputs[1].elements[$0 * depth + feature])
      }
    case 1:
      let (column, feature) = (element / depth, element % depth)
      return (0..<rows).map {
        GradientTerm(
          output: $0 * columns + column, factor: inputs[0].elements[$0 * depth + feature])
      }
    default:
      return (0..<rows).map { GradientTerm(output: $0 * columns + element, factor: 1) }
    }
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let (rows, depth) = (inputs[0].shape[0], inputs[0].shape[1])
    let columns = inputs[1].shape[0]
    return try DoubleTensor(shape: [rows, columns], work: depth) { place in
      let (row, column) = (place / columns, place % columns)
      var sum = hasBias ? inputs[2].elements[column] : 0
      try Cancellation.forEachPiece(of: depth) { piece in
        for index in piece {
          sum +=
            inputs[0].elements[row * depth + index] * inputs[1].elements[column * depth + index]
        }
      }
      return sum
    }
  }

  private static func sizes(_ inputs: [Tensor]) -> (rows: Int, depth: Int, columns: Int) {
    (inputs[0].shape[0], inputs[0].shape[1], inputs[1].shape[0])
  }
}
