import Kernels
import Running
import Tensors

/// The logarithm of the softmax of class scores along one dimension: `x.log_softmax(dim)`.
public struct LogSoftmax: Operation {
  /// The dimension of the classes; nil for that of `[C]`, `[N, C]` or `[N, C, …]`.
  public let dimension: Int?

  /// Makes the operation.
  public init(_ dimension: Int? = nil) { self.dimension = dimension }

  public var gradientName: String { "LogSoftmaxBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let layout = ClassLayout(inputs[0].shape, dimension: dimension)
    return try layout.computed(from: inputs[0]) { source, target in
      try Kernels.LogSoftmax.forward(
        source, to: target, rows: layout.rowCount, classes: layout.classes,
        isLast: layout.isLast)
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let layout = ClassLayout(pass.output.shape, dimension: dimension)
    let above = try layout.rows(of: upstream)
    let gradient = try layout.computed(from: pass.output) { result, target in
      try above.withPointer { above in
        try Kernels.LogSoftmax.gradient(
          upstream: above, result: result, gradient: target, rows: layout.rowCount,
          classes: layout.classes, isLast: layout.isLast)
      }
    }
    return [gradient]
  }

  /// The sum over the classes reaches each of them, and the result's rounding is in proportion to
  /// the largest score.
  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    guard pass.wanted[0] else { return [nil] }
    let layout = ClassLayout(pass.output.shape, dimension: dimension)
    let result = try Tensor(shape: pass.output.shape) { target in
      try Cancellation.forEachPiece(of: layout.rowCount, work: layout.classes) { rows in
        for row in rows {
          var (sum, largest): (Float, Float) = (0, 1)
          for index in 0..<layout.classes {
            let place = layout.place(row: row, of: index)
            sum += upstream.elements[place]
            largest = max(largest, pass.inputs[0].elements[place].magnitude)
          }
          for index in 0..<layout.classes {
            let place = layout.place(row: row, of: index)
            target[place] =
              upstream.elements[place] + Elementary.exp(pass.output.elements[place]) * sum * largest
          }
        }
      }
    }
    return [result]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let layout = ClassLayout(pass.output.shape, dimension: dimension)
    let probability = Elementary.exp(pass.output.elements[element])
    let row = layout.row(of: element)
    return try GradientTerm.list(of: layout.classes) {
      let place = layout.place(row: row, of: $0)
      let own: Float = place == element ? 1 : 0
      return GradientTerm(output: place, factor: own - probability, part: own)
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    // One may be in two parts.
    ClassLayout(pass.output.shape, dimension: dimension).classes + 1
  }

  // The reference alone uses the C library, in double: it must not share the kernel's polynomials.
  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let layout = ClassLayout(inputs[0].shape, dimension: dimension)
    var result = try inputs[0].map { $0 }
    try Cancellation.forEachPiece(of: layout.rowCount, work: 16 * layout.classes) { rows in
      for row in rows {
        let places = (0..<layout.classes).lazy.map { layout.place(row: row, of: $0) }
        let largest = places.map { inputs[0].elements[$0] }.max() ?? 0
        let sum = places.reduce(0) {
          $0 + ReferenceMath.exponential(inputs[0].elements[$1] - largest)
        }
        let shift = largest + ReferenceMath.logarithm(sum)
        for place in places { result.elements[place] -= shift }
      }
    }
    return result
  }
}
