import Kernels
import Tensors

/// The mean under each window, padding counted as zeros: `torch.nn.functional.avg_pool2d`.
///
/// Each value's gradient is the upstream of every window over it, divided by the window's size.
public struct AveragePool: Operation {
  /// The window.
  public let window: PoolingWindow

  /// Makes the operation; the caller has checked that the window fits the input.
  public init(_ window: PoolingWindow) { self.window = window }

  public var gradientName: String { "AvgPool2DBackward0" }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try Tensor(shape: window.outputShape(inputs[0].shape)) { target in
      try inputs[0].withPointer { input in
        try AveragePooling.forward(
          input: input, output: target, shape: window.sizes(inputs[0].shape))
      }
    }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    let gradient = try Tensor(shape: inputs[0].shape) { target in
      try upstream.withPointer { upstream in
        try AveragePooling.gradient(
          upstream: upstream, gradient: target, shape: window.sizes(inputs[0].shape))
      }
    }
    return [gradient]
  }

  public func terms(input: Int, element: Int, inputs: [Tensor], output: Tensor) -> [GradientTerm] {
    let share = 1 / Float(window.kernelSize * window.kernelSize)
    return window.outputs(covering: element, window.sizes(inputs[0].shape)).map {
      GradientTerm(output: $0, factor: share)
    }
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let sizes = window.sizes(inputs[0].shape)
    let shape = window.outputShape(inputs[0].shape)
    let work = 8 * window.kernelSize * window.kernelSize
    return try DoubleTensor(shape: shape, work: work) { place in
      window.elements(under: place, sizes).reduce(0) { $0 + inputs[0].elements[$1] }
        / Double(window.kernelSize * window.kernelSize)
    }
  }
}
