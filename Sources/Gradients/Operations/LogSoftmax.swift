import Kernels
import Tensors

/// The logarithm of each row's softmax: `torch.nn.functional.log_softmax(x, 1)` of `[N, C]`.
public struct LogSoftmax: Operation {
  /// Makes the operation.
  public init() {}

  public var gradientName: String { "LogSoftmaxBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let shape = inputs[0].shape
    return try inputs[0].computed { source, target, _ in
      try Kernels.LogSoftmax.forward(source, to: target, rows: shape[0], classes: shape[1])
    }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    let shape = output.shape
    let gradient = try output.computed { result, target, _ in
      try upstream.withPointer { upstream in
        try Kernels.LogSoftmax.gradient(
          upstream: upstream, result: result, gradient: target, rows: shape[0], classes: shape[1])
      }
    }
    return [gradient]
  }

  public func gradientMagnitudes(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    let classes = output.shape[1]
    let rows = try Tensor(shape: [output.shape[0]]) { sums in
      try Cancellation.forEachPiece(of: output.shape[0], work: classes) { piece in
        for row in piece {
          sums[row] = upstream.elements[row * classes..<(row + 1) * classes].reduce(0, +)
        }
      }
    }
    guard wanted[0] else { return [nil] }
    let result = try Tensor(shape: output.shape) { target in
      try Cancellation.forEachRow(output.shape[0], length: classes) { row, piece in
        for index in piece {
          target[index] =
            upstream.elements[index] + Elementary.exp(output.elements[index]) * rows.elements[row]
        }
      }
    }
    return [result]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let classes = output.shape[1]
    let row = element / classes * classes
    let probability = Elementary.exp(output.elements[element])
    return (row..<row + classes).map {
      GradientTerm(output: $0, factor: ($0 == element ? 1 : 0) - probability)
    }
  }

  // The reference alone uses the C library, in double: it must not share the kernel's polynomials.
  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let classes = inputs[0].shape[1]
    var result = try inputs[0].map { $0 }
    try Cancellation.forEachPiece(of: inputs[0].shape[0], work: 16 * classes) { rows in
      for row in rows {
        let line = inputs[0].elements[row * classes..<(row + 1) * classes]
        let largest = line.max() ?? 0
        let sum = line.reduce(0) { $0 + ReferenceMath.exponential($1 - largest) }
        let shift = largest + ReferenceMath.logarithm(sum)
        for index in line.indices { result.elements[index] -= shift }
      }
    }
    return result
  }
}
