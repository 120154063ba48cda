import Kernels
import Running
import Tensors

/// The product of all elements, or over one dimension: `x.prod()`.
///
/// The gradient of an element is the product of the others: y / x as long as nothing is 0, and from
/// there on those before it times those after it, as PyTorch has it.
public struct ProductOfRow: Operation {
  private let reduction: Reduction

  /// Makes the operation; one dimension at most is named.
  public init(_ reduction: Reduction = .whole) { self.reduction = reduction }

  public var gradientName: String {
    reduction.dimensions == nil ? "ProdBackward0" : "ProdBackward1"
  }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let layout = reduction.layout(of: inputs[0].shape)
    return try Tensor(shape: layout.resultShape) { target in
      try inputs[0].withPointer { source in
        try layout.forEachRow(of: source) { row, base in
          let elements = Row(base: base, count: layout.length, isContiguous: layout.isContiguous)
          target[row] =
            elements.isContiguous
            ? try RowFolds.product(base, count: layout.length)
            : try elements.fold(1) { $0 *= $1 }
        }
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let others = try others(after: pass)
    // Where several are 0 nothing comes back, whatever the gradient is.
    return [try others.map { try scaled($0, by: upstream) } ?? nothing(pass)]
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    let others = try others(after: pass)?.map(\.magnitude)
    return [try others.map { try scaled($0, by: upstream) } ?? nothing(pass)]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let row = reduction.layout(of: pass.inputs[0].shape).row(of: element)
    return [GradientTerm(output: row, factor: try others(after: pass)?.elements[element] ?? 0)]
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int { 1 }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let layout = reduction.layout(of: inputs[0].shape)
    return try inputs[0].reduced(layout) { row in
      try Row(base: row, count: layout.length, isContiguous: true).fold(1) { $0 *= $1 }
    }
  }

  private func nothing(_ pass: ForwardPass) throws -> Tensor {
    try Tensor(repeating: 0, shape: pass.inputs[0].shape)
  }

  /// Each element times the gradient of its row's product.
  private func scaled(_ factors: Tensor, by upstream: Tensor) throws -> Tensor {
    let kept = reduction.layout(of: factors.shape).keptShape
    let plan = Broadcast([kept, factors.shape], to: factors.shape)
    return try Tensor(upstream.reshaped(kept), factors, plan, *)
  }

  /// For each element the product of the others of its row; nil where all are one row and several of
  /// it are 0.
  private func others(after pass: ForwardPass) throws -> Tensor? {
    let input = pass.inputs[0]
    guard input.shape.rank > 0 else { return Tensor(scalar: 1) }
    let elements = input.elements
    let zeros = try Cancellation.count(of: input.count) { elements[$0] == 0 }
    if zeros == 0 {
      let kept = reduction.layout(of: input.shape).keptShape
      let plan = Broadcast([kept, input.shape], to: input.shape)
      return try Tensor(pass.output.reshaped(kept), input, plan, /)
    }
    let line: LineLayout
    if let dimension = reduction.dimensions?.first {
      line = LineLayout(input.shape, dimension)
    } else if zeros > 1 {
      return nil
    } else {
      line = LineLayout([input.count], 0)
    }
    return try Tensor(shape: input.shape) { target in
      try input.withPointer { source in
        try line.accumulate(from: source, 1.0) { product, x, place in
          target[place] = Float(product)
          product *= Double(x)
        }
        try line.accumulate(from: source, backwards: true, 1.0) { product, x, place in
          target[place] *= Float(product)
          product *= Double(x)
        }
      }
    }
  }
}
