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
    var result = upstream.elements
    for row in stride(from: 0, to: result.count, by: max(1, classes)) {
      let sum = upstream.elements[row..<row + classes].reduce(0, +)
      for index in row..<row + classes {
        result[index] += Elementary.exp(output.elements[index]) * sum
      }
    }
    return [wanted[0] ? Tensor(result, shape: output.shape) : nil]
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
  public func reference(_ inputs: [DoubleTensor]) -> DoubleTensor {
    let classes = inputs[0].shape[1]
    var result = inputs[0]
    for row in 0..<inputs[0].shape[0] {
      let line = inputs[0].elements[row * classes..<(row + 1) * classes]
      let largest = line.max() ?? 0
      let sum = line.reduce(0) { $0 + ReferenceMath.exponential($1 - largest) }
      for index in line.indices { result.elements[index] -= largest + ReferenceMath.logarithm(sum) }
    }
    return result
  }
}
