import Kernels
import Running
import Tensors

/// The product of matrices, of vectors, or of many matrices at once: `a @ b`.
///
/// The gradient of a matrix that is multiplied with several is the sum of its products.
public struct MatrixMultiply: Operation {
  public let gradientName: String

  /// Makes the operation; the caller has checked that the shapes fit each other.
  ///
  /// - Parameter gradientName: the last of PyTorch's steps, which depends on the shapes.
  public init(named gradientName: String) { self.gradientName = gradientName }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { pass.wanted[1 - input] }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let layout = try Self.layout(inputs.map(\.shape))
    let (rows, depth, columns) = (layout.rows, layout.depth, layout.columns)
    return try Tensor(shape: layout.shape) { target in
      try inputs[0].withPointer { left in
        try inputs[1].withPointer { right in
          try layout.forEachMatrix { product, first, second in
            let (left, right) = (left + first * rows * depth, right + second * depth * columns)
            let target = target + product * rows * columns
            guard columns > 1 else {
              // One column is a row of its transpose, whose inner products run in lanes.
              return try MatrixProduct.timesTransposed(
                left, right, bias: nil, result: target, rows: rows, columns: 1, depth: depth)
            }
            guard depth > 1 || inputs[1].shape.rank > 2 else {
              // Nothing is added up, so that a zero keeps its sign where PyTorch's does.
              return try MatrixProduct.transposedTimes(
                left, right, result: target, rows: rows, columns: columns, depth: depth)
            }
            try MatrixProduct.times(
              left, right, result: target, rows: rows, columns: columns, depth: depth)
          }
        }
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let layout = try Self.layout(pass.inputs.map(\.shape))
    let (rows, depth, columns) = (layout.rows, layout.depth, layout.columns)
    let (left, right) = (pass.inputs[0], pass.inputs[1])
    // One matrix or vector and many matrices are many products in PyTorch, unless the first has a
    // gradient, or is a number to each: then it makes one large matrix of the many.
    let isFolded = left.shape.rank < 3 && (pass.wanted[0] || left.shape.rank == 1 && depth == 1)
    let isBatch = right.shape.rank > 2 && !isFolded
    var gradients: [Tensor?] = [nil, nil]
    try upstream.withPointer { upstream in
      if pass.wanted[0] {
        gradients[0] = try right.withPointer { right in
          try layout.collected(.first, left.shape, size: rows * depth) {
            product, _, second, target in
            let (upstream, right) = (
              upstream + product * rows * columns, right + second * depth * columns
            )
            if pass.inputs[1].shape.rank == 1 {
              return try MatrixProduct.outerProduct(
                upstream, right, result: target, rows: rows, columns: depth)
            }
            if columns == 1, pass.inputs[1].shape.rank == 2 {
              return try MatrixProduct.transposedTimes(
                upstream, right, result: target, rows: rows, columns: depth, depth: 1)
            }
            try MatrixProduct.timesTransposed(
              upstream, right, bias: nil, result: target, rows: rows, columns: depth,
              depth: columns)
          }
        }
      }
      if pass.wanted[1] {
        gradients[1] = try left.withPointer { factors in
          try layout.collected(.second, right.shape, size: depth * columns) {
            product, first, _, target in
            if left.shape.rank == 1, right.shape.rank != 2, !isBatch {
              return try MatrixProduct.outerProduct(
                factors, upstream + product * columns, result: target, rows: depth,
                columns: columns)
            }
            if rows == 1, isBatch {
              // A product of single elements, added to 0.
              return try MatrixProduct.times(
                factors + first * depth, upstream + product * columns, result: target, rows: depth,
                columns: columns, depth: 1)
            }
            try MatrixProduct.transposedTimes(
              factors + first * rows * depth, upstream + product * rows * columns, result: target,
              rows: depth, columns: columns, depth: rows)
          }
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
    let layout = try Self.layout(pass.inputs.map(\.shape))
    let (rows, depth, columns) = (layout.rows, layout.depth, layout.columns)
    var terms: [GradientTerm] = []
    try layout.forEachMatrix { product, first, second in
      if input == 0, element / (rows * depth) == first {
        let (row, inner) = (element / depth % rows, element % depth)
        terms += try GradientTerm.list(of: columns) { column in
          GradientTerm(
            output: (product * rows + row) * columns + column,
            factor: pass.inputs[1].elements[(second * depth + inner) * columns + column])
        }
      }
      if input == 1, element / (depth * columns) == second {
        let (inner, column) = (element / columns % depth, element % columns)
        terms += try GradientTerm.list(of: rows) { row in
          GradientTerm(
            output: (product * rows + row) * columns + column,
            factor: pass.inputs[0].elements[(first * rows + row) * depth + inner])
        }
      }
    }
    return terms
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    // Each element meets the same number of others.
    let depth = pass.inputs[0].shape.dimensions.last ?? 1
    return pass.output.count * depth / max(1, pass.inputs[input].count)
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let layout = try Self.layout(inputs.map(\.shape))
    let (rows, depth, columns) = (layout.rows, layout.depth, layout.columns)
    var result = try DoubleTensor(shape: layout.shape) { _ in 0 }
    try layout.forEachMatrix { product, first, second in
      try Cancellation.forEachPiece(of: rows * columns, work: depth) { piece in
        for place in piece {
          let (row, column) = (place / columns, place % columns)
          var sum = 0.0
          for inner in 0..<depth {
            sum +=
              inputs[0].elements[(first * rows + row) * depth + inner]
              * inputs[1].elements[(second * depth + inner) * columns + column]
          }
          result.elements[product * rows * columns + place] = sum
        }
      }
    }
    return result
  }

  private static func layout(_ shapes: [Shape]) throws -> ProductLayout {
    guard let layout = try ProductLayout(shapes[0], shapes[1]) else {
      preconditionFailure("the caller has seen that the shapes fit each other")
    }
    return layout
  }
}

extension ProductLayout {
  /// A tensor of the shape of one of the two: for each of its matrices, of `size` elements, the sum of
  /// what `body` writes for the products that the matrix takes part in.
  fileprivate func collected(
    _ side: BroadcastSide, _ shape: Shape, size: Int,
    _ body: (_ product: Int, _ left: Int, _ right: Int, UnsafeMutablePointer<Float>) throws -> Void
  ) throws -> Tensor {
    guard batch.shape.count * size != shape.count else {
      return try Tensor(shape: shape) { target in
        try forEachMatrix { product, left, right in
          try body(product, left, right, target + (side == .first ? left : right) * size)
        }
      }
    }
    var product = try Memory.zeros(size)
    return try Tensor(shape: shape) { target in
      target.initialize(repeating: 0, count: shape.count)
      try forEachMatrix { place, left, right in
        try product.withUnsafeMutableBufferPointer { product in
          guard let source = product.baseAddress else { return }
          try body(place, left, right, source)
          let own = target + (side == .first ? left : right) * size
          for index in 0..<size { own[index] += source[index] }
        }
      }
    }
  }
}
