import Kernels
import Running
import Tensors

/// Scores made into probabilities along one dimension: `x.softmax(dim)`.
public struct Softmax: Operation {
  /// The dimension along which the probabilities add up to 1.
  public let dimension: Int

  /// Makes the operation.
  public init(_ dimension: Int) { self.dimension = dimension }

  public var gradientName: String { "SoftmaxBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let layout = ClassLayout(inputs[0].shape, dimension: dimension)
    return try layout.computed(from: inputs[0]) { source, target in
      try Kernels.Softmax.forward(
        source, to: target, rows: layout.rowCount, classes: layout.classes,
        isLast: layout.isLast)
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    [try gradient(upstream, after: pass, sign: -1)]
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    [pass.wanted[0] ? try gradient(upstream, after: pass, sign: 1) : nil]
  }

  /// probability · (upstream + sign · Σ upstream · probability), the sum along the dimension.
  private func gradient(_ upstream: Tensor, after pass: ForwardPass, sign: Float) throws -> Tensor {
    let layout = ClassLayout(pass.output.shape, dimension: dimension)
    let above = try layout.rows(of: upstream)
    return try layout.computed(from: pass.output) { result, target in
      try above.withPointer { above in
        try Kernels.Softmax.gradient(
          upstream: above, result: result, gradient: target, rows: layout.rowCount,
          classes: layout.classes, isLast: layout.isLast, sign: sign)
      }
    }
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let layout = ClassLayout(pass.output.shape, dimension: dimension)
    let own = pass.output.elements[element]
    let row = layout.row(of: element)
    return try GradientTerm.list(of: layout.classes) {
      let place = layout.place(row: row, of: $0)
      let factor = pass.output.elements[place] * ((place == element ? 1 : 0) - own)
      return GradientTerm(
        output: place, factor: factor, block: factor == 0 ? .saturated : nil,
        part: place == element ? own : 0)
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
        for place in places {
          result.elements[place] = ReferenceMath.exponential(inputs[0].elements[place] - largest)
        }
        let sum = places.reduce(0) { $0 + result.elements[$1] }
        for place in places { result.elements[place] /= sum }
      }
    }
    return result
  }
}
