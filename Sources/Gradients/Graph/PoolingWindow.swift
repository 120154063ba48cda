import Kernels
import Tensors

/// A window that moves over each plane of an input `[…, H, W]`, for the pooling operations.
public struct PoolingWindow: Hashable, Sendable {
  /// Rows and columns of the window.
  public let kernel: Pair
  /// Step of the window.
  public let stride: Pair
  /// Rows and columns added on every side; at most half of the window.
  public let padding: Pair
  /// Distance between two taps.
  public let dilation: Pair

  /// Makes a window; without a stride the windows lie side by side, as in PyTorch.
  public init(kernel: Pair, stride: Pair? = nil, padding: Pair = 0, dilation: Pair = 1) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.dilation = dilation
  }

  /// The sizes of the pooling of such an input, whose last two dimensions are a plane.
  ///
  /// - Throws: `WindowError` where the window does not fit the input.
  public func sizes(_ input: Shape) throws(WindowError) -> PoolingShape {
    guard input.rank >= 2 else { throw .notPositive }
    return try PoolingShape(
      planes: input.dimensions.dropLast(2).reduce(1, *), height: input[input.rank - 2],
      width: input[input.rank - 1], kernel: kernel, stride: stride, padding: padding,
      dilation: dilation)
  }

  /// The shape of the result.
  ///
  /// - Throws: `WindowError` where the window does not fit the input.
  public func outputShape(_ input: Shape) throws(WindowError) -> Shape {
    try sizes(input).outputShape(input)
  }
}

extension PoolingShape {
  /// The shape of the result for the input that these sizes are of.
  func outputShape(_ input: Shape) -> Shape {
    Shape(Array(input.dimensions.dropLast(2)) + [outHeight, outWidth])
  }

  /// The outputs whose windows cover an element of the input, in order.
  func outputs(covering element: Int) -> [Int] {
    let plane = element / inPlane * outPlane
    let rows = rows.outputs(covering: element / width % height)
    let columns = columns.outputs(covering: element % width)
    return rows.flatMap { row in columns.map { plane + row * outWidth + $0 } }
  }

  /// The elements of the input under an output's window, padding left out, in order.
  func elements(under output: Int) -> [Int] {
    let plane = output / outPlane * inPlane
    let columns = columns.elements(under: output % outWidth)
    return rows.elements(under: output / outWidth % outHeight).flatMap { row in
      columns.map { plane + row * width + $0 }
    }
  }
}

extension WindowAxis {
  /// The outputs a tap of which falls on a position, in order.
  fileprivate func outputs(covering position: Int) -> [Int] {
    let first = max(0, position + padding - reach + stride) / stride
    let last = min(outputs - 1, (position + padding) / stride)
    guard first <= last else { return [] }
    return (first...last).filter { (position + padding - $0 * stride) % dilation == 0 }
  }

  /// The positions of an output's taps, padding left out, in order.
  fileprivate func elements(under output: Int) -> [Int] {
    let inside = inside(output)
    return Array(Swift.stride(from: inside.lowerBound, to: inside.upperBound, by: dilation))
  }
}
