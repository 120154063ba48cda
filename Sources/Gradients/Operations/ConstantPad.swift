import Kernels
import Running
import Tensors

/// Rows of zeros added below each plane of an input `[…, H, W]`, and columns on its right:
/// `torch.nn.functional.pad(x, (0, columns, 0, rows))`.
public struct ConstantPad: Operation {
  /// How many rows and columns are added.
  public let extra: Pair

  /// Makes the operation.
  public init(_ extra: Pair) { self.extra = extra }

  public var gradientName: String { "ConstantPadNdBackward0" }
  public var keepsTensors: Bool { false }

  /// The shape of the result.
  ///
  /// - Throws: `ShapeError` where it has too many elements.
  public func outputShape(_ input: Shape) throws(ShapeError) -> Shape {
    try Shape(
      checking: input.dimensions.dropLast(2) + [
        input[input.rank - 2] + extra.rows, input[input.rank - 1] + extra.columns,
      ])
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let shape = try outputShape(inputs[0].shape)
    let width = inputs[0].shape[shape.rank - 1]
    return try Tensor(shape: shape) { values in
      values.update(repeating: 0, count: shape.count)
      try inputs[0].withPointer { source in
        try forEachRow(of: inputs[0].shape, in: shape) { from, to in
          (values + to).update(from: source + from, count: width)
        }
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let shape = pass.inputs[0].shape
    let gradient = try Tensor(shape: shape) { target in
      try upstream.withPointer { source in
        try forEachRow(of: shape, in: upstream.shape) { from, to in
          (target + from).update(from: source + to, count: shape[shape.rank - 1])
        }
      }
    }
    return [gradient]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) -> [GradientTerm] {
    let (small, large) = (pass.inputs[0].shape.dimensions, pass.output.shape.dimensions)
    let (height, width) = (small[small.count - 2], small[small.count - 1])
    let (row, column) = (element / width, element % width)
    let target = row / height * large[large.count - 2] + row % height
    return [GradientTerm(output: target * large[large.count - 1] + column, factor: 1)]
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let (small, large) = (inputs[0].shape, try outputShape(inputs[0].shape))
    let (height, width) = (small[small.rank - 2], small[small.rank - 1])
    let (outHeight, outWidth) = (large[large.rank - 2], large[large.rank - 1])
    return try DoubleTensor(shape: large) { place in
      let (row, column) = (place / outWidth % outHeight, place % outWidth)
      guard row < height, column < width else { return 0 }
      return inputs[0].elements[(place / outWidth / outHeight * height + row) * width + column]
    }
  }

  /// The offsets of each row of the smaller shape in both.
  private func forEachRow(
    of small: Shape, in large: Shape, _ body: (Int, Int) -> Void
  ) throws {
    let (height, width) = (small[small.rank - 2], small[small.rank - 1])
    for row in 0..<small.count / width {
      if row % 1024 == 0 { try Cancellation.check() }
      let target = row / height * large[large.rank - 2] + row % height
      body(row * width, target * large[large.rank - 1])
    }
  }
}
