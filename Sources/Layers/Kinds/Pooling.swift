import Gradients
import Kernels
import Tensors

/// The arguments of a pooling layer, as they were given.
public struct Pooling: Hashable, Sendable {
  /// Rows and columns of the window.
  public let kernelSize: WrittenPair
  /// Step of the window.
  public let stride: WrittenPair
  /// Rows and columns added on every side.
  public let padding: WrittenPair
  /// Distance between two taps.
  public let dilation: WrittenPair

  /// Makes the arguments; without a stride the windows lie side by side.
  public init(
    kernelSize: WrittenPair, stride: WrittenPair? = nil, padding: WrittenPair = 0,
    dilation: WrittenPair = 1
  ) {
    self.kernelSize = kernelSize
    self.stride = stride ?? kernelSize
    self.padding = padding
    self.dilation = dilation
  }

  /// The window.
  public var window: PoolingWindow {
    PoolingWindow(
      kernel: kernelSize.pair, stride: stride.pair, padding: padding.pair, dilation: dilation.pair)
  }

  /// The shape of the value for an input of this shape.
  ///
  /// - Throws: ``LayerError`` where the input does not fit, `ShapeError`.
  func outputShape(_ input: Shape) throws -> Shape {
    guard input.rank == 4 || input.rank == 3 else { throw LayerError.inputRank(input) }
    guard input.count > 0 else { throw LayerError.emptyInput(input) }
    do throws(WindowError) {
      return try window.outputShape(input)
    } catch {
      throw error.inWords(input)
    }
  }

  /// What PyTorch prints of every pooling layer.
  var text: String { "kernel_size=\(kernelSize), stride=\(stride), padding=\(padding)" }
}
