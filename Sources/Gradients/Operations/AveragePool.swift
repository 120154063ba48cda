import Kernels
import Tensors

/// The mean under each window, padding counted as zeros: `torch.nn.functional.avg_pool2d`.
///
/// Each value's gradient is the upstream of every window over it, divided by the window's size.
public struct AveragePool: Operation {
  /// The sizes of the pooling.
  public let sizes: PoolingShape

  /// Makes the operation for an input of this shape.
  ///
  /// - Throws: `WindowError` where the window does not fit the input.
  public init(_ window: PoolingWindow, input: Shape) throws(WindowError) {
    sizes = try window.sizes(input)
  }

  public var gradientName: String { "AvgPool2DBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { true }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    try Tensor(shape: sizes.outputShape(inputs[0].shape)) { target in
      try inputs[0].withPointer { input in
        try AveragePooling.forward(
          input: input, output: target, shape: sizes)
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    let gradient = try Tensor(shape: pass.inputs[0].shape) { target in
      try upstream.withPointer { upstream in
        try AveragePooling.gradient(
          upstream: upstream, gradient: target, shape: sizes)
      }
    }
    return [gradient]
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    let share = 1 / Float(sizes.kernelArea)
    let outputs = sizes.outputs(covering: element)
    return try GradientTerm.list(of: outputs.count) {
      GradientTerm(output: outputs[$0], factor: share)
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    min(sizes.kernelArea, pass.output.count)
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let shape = sizes.outputShape(inputs[0].shape)
    return try DoubleTensor(shape: shape, work: 8 * sizes.windowWork) { place in
      sizes.elements(under: place).reduce(0) { $0 + inputs[0].elements[$1] }
        / Double(sizes.kernelArea)
    }
  }
}
