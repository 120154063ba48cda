import Kernels
import Tensors

/// A window that moves over each plane of an input `[…, H, W]`, for the pooling operations.
public struct PoolingWindow: Hashable, Sendable {
  /// Side of the square window.
  public let kernelSize: Int
  /// Step of the window.
  public let stride: Int
  /// Rows and columns added on every side; at most half the kernel.
  public let padding: Int

  /// Makes a window; without a stride the windows lie side by side, as in PyTorch.
  public init(kernelSize: Int, stride: Int? = nil, padding: Int = 0) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
  }

  /// The sizes of the pooling of such an input, whose last two dimensions are a plane.
  public func sizes(_ input: Shape) -> PoolingShape {
    PoolingShape(
      planes: input.dimensions.dropLast(2).reduce(1, *), height: input[input.rank - 2],
      width: input[input.rank - 1], kernelHeight: kernelSize, kernelWidth: kernelSize,
      stride: stride, padding: padding)
  }

  /// The shape of the result.
  public func outputShape(_ input: Shape) -> Shape {
    let sizes = sizes(input)
    return Shape(Array(input.dimensions.dropLast(2)) + [sizes.outHeight, sizes.outWidth])
  }

  /// The outputs whose windows cover an element of the input, in order.
  func outputs(covering element: Int, _ sizes: PoolingShape) -> [Int] {
    let plane = element / sizes.inPlane * sizes.outPlane
    let rows = places(element / sizes.width % sizes.height, limit: sizes.outHeight)
    let columns = places(element % sizes.width, limit: sizes.outWidth)
    return rows.flatMap { row in columns.map { plane + row * sizes.outWidth + $0 } }
  }

  /// The elements of the input under an output's window, padding left out, in order.
  func elements(under output: Int, _ sizes: PoolingShape) -> [Int] {
    let plane = output / sizes.outPlane * sizes.inPlane
    let top = output / sizes.outWidth % sizes.outHeight * stride - padding
    let left = output % sizes.outWidth * stride - padding
    let rows = max(0, top)..<min(sizes.height, top + kernelSize)
    let columns = max(0, left)..<min(sizes.width, left + kernelSize)
    return rows.flatMap { row in columns.map { plane + row * sizes.width + $0 } }
  }

  /// The windows, along one side, that cover a position.
  private func places(_ position: Int, limit: Int) -> Range<Int> {
    let first = max(0, position + padding - kernelSize + stride) / stride
    let last = min(limit - 1, (position + padding) / stride)
    return first..<max(first, last + 1)
  }
}
