import Kernels
import Running
import Tensors

/// Rows of features times a weight's transpose, plus an optional bias:
/// `torch.nn.functional.linear`.
///
/// Inputs: `[…, IN]` with any leading dimensions, weight `[OUT, IN]`, and perhaps bias `[OUT]`.
/// Output: `[…, OUT]`.
public struct LinearMap: Operation {
  /// Whether there is a bias.
  public let hasBias: Bool

  /// How many dimensions the rows have, the features included.
  public let rank: Int

  /// Makes the operation.
  public init(hasBias: Bool, rank: Int = 2) {
    self.hasBias = hasBias
    self.rank = rank
  }

  /// The last of PyTorch's operations: those that multiply are named in a matrix, in other shapes the
  /// one that gives the result its shape.
  public var gradientName: String {
    if rank == 2 { return hasBias ? "AddmmBackward0" : "MmBackward0" }
    return rank == 1 && !hasBias ? "SqueezeBackward4" : "UnsafeViewBackward0"
  }

  /// PyTorch keeps the weight only where the rows want a gradient.
  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool {
    input == 0 ? pass.wanted[1] : input == 1 && pass.wanted[0]
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let (rows, depth, columns) = Self.sizes(inputs)
    return try Tensor(shape: Self.outputShape(inputs[0].shape, columns: columns)) { target in
      try withPointers(inputs) { input, weight, bias in
        try MatrixProduct.timesTransposed(
          input, weight, bias: bias, result: target, rows: rows, columns: columns, depth: depth)
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let (rows, depth, columns) = Self.sizes(pass.inputs)
    var gradients = [Tensor?](repeating: nil, count: pass.inputs.count)
    try upstream.withPointer { upstream in
      if pass.wanted[0] {
        gradients[0] = try pass.inputs[1].withPointer { weight in
          try Tensor(shape: pass.inputs[0].shape) { target in
            try MatrixProduct.times(
              upstream, weight, result: target, rows: rows, columns: depth, depth: columns)
          }
        }
      }
      if pass.wanted[1] {
        gradients[1] = try pass.inputs[0].withPointer { input in
          try Tensor(shape: pass.inputs[1].shape) { target in
            try MatrixProduct.transposedTimes(
              upstream, input, result: target, rows: columns, columns: depth, depth: rows)
          }
        }
      }
      if hasBias, pass.wanted[2] {
        gradients[2] = try Tensor(shape: pass.inputs[2].shape) { target in
          try MatrixProduct.columnSums(upstream, sums: target, rows: rows, columns: columns)
        }
      }
    }
    return gradients
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    try gradients(
      upstream, after: pass.replacing(inputs: try pass.inputs.map { try $0.map(\.magnitude) }))
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let (rows, depth, columns) = Self.sizes(pass.inputs)
    switch input {
    case 0:
      let (row, feature) = (element / depth, element % depth)
      return try GradientTerm.list(of: columns) {
        GradientTerm(
          output: row * columns + $0, factor: pass.inputs[1].elements[$0 * depth + feature])
      }
    case 1:
      let (column, feature) = (element / depth, element % depth)
      return try GradientTerm.list(of: rows) {
        GradientTerm(
          output: $0 * columns + column, factor: pass.inputs[0].elements[$0 * depth + feature])
      }
    default:
      return try GradientTerm.list(of: rows) {
        GradientTerm(output: $0 * columns + element, factor: 1)
      }
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    input == 0 ? pass.inputs[1].shape[0] : pass.output.count / max(1, pass.inputs[1].shape[0])
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let (columns, depth) = (inputs[1].shape[0], inputs[1].shape[1])
    let shape = Self.outputShape(inputs[0].shape, columns: columns)
    return try DoubleTensor(shape: shape, work: depth) { place in
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

  static func outputShape(_ input: Shape, columns: Int) -> Shape {
    Shape(input.dimensions.dropLast() + [columns])
  }

  static func sizes(_ inputs: [Tensor]) -> (rows: Int, depth: Int, columns: Int) {
    (
      inputs[0].shape.dimensions.dropLast().reduce(1, *), inputs[1].shape[1], inputs[1].shape[0]
    )
  }
}
