import Kernels
import Tensors

/// The sum of all elements, or over some dimensions: `x.sum()`, `x.sum(dim=1)`.
public struct Sum: RowOperation {
  public let reduction: Reduction

  /// Makes the operation.
  public init(_ reduction: Reduction = .whole) { self.reduction = reduction }

  public var gradientName: String {
    reduction.dimensions == nil ? "SumBackward0" : "SumBackward1"
  }
  public var keepsTensors: Bool { false }
  public var gradientLayout: GradientLayout { .stretched }

  public func value(_ row: Row<Float>) throws -> Float {
    try CascadeSum.sum(row.base, count: row.count)
  }

  public func values(_ input: Tensor, _ layout: RowLayout) throws -> Tensor {
    try input.sums(layout)
  }

  // Everything is one row, as most losses add it up: no layout is needed.
  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let input = inputs[0]
    guard reduction == .whole, input.count > 0 else {
      return try values(input, reduction.layout(of: input.shape))
    }
    return Tensor(scalar: try input.withPointer { try CascadeSum.sum($0, count: input.count) })
  }

  public func forwardSaving(_ inputs: [Tensor]) throws -> (output: Tensor, saved: [Float]) {
    (try forward(inputs), [])
  }

  public func reference(_ row: Row<Double>) throws -> Double { try row.fold(0) { $0 += $1 } }

  public func gradient(_ upstream: Float, x: Float, of row: RowResult) -> Float { upstream }

  // A loss is often the sum of everything, whose gradient is one number.
  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let shape = pass.inputs[0].shape
    guard reduction.dimensions == nil else { return [try spread(upstream, after: pass)] }
    return [try Tensor(repeating: upstream.elements[0], shape: shape)]
  }
}

extension Tensor {
  /// The sum of each row, in PyTorch's order.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func sums(_ layout: RowLayout) throws -> Tensor {
    if layout.count == 1, layout.isContiguous, count > 0 {
      return Tensor(
        [try withPointer { try CascadeSum.sum($0, count: count) }], shape: layout.resultShape)
    }
    return try Tensor(shape: layout.resultShape) { target in
      target.initialize(repeating: 0, count: layout.count)
      guard count > 0 else { return }
      var loops = layout.inner.reversed().map {
        CascadeSum.Loop(size: $0.size, step: $0.step, target: 0)
      }
      var step = 1
      for loop in layout.outer.reversed() {
        loops.append(CascadeSum.Loop(size: loop.size, step: loop.step, target: step))
        step *= loop.size
      }
      try withPointer { try CascadeSum.add($0, to: target, loops: loops) }
    }
  }
}
