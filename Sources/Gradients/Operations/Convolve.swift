import Kernels
import Tensors

/// Two-dimensional convolution of an input with a weight and an optional bias:
/// `torch.nn.functional.conv2d`.
///
/// Inputs: `[N, C, H, W]`, weight `[OUT, C / groups, KH, KW]`, and perhaps bias `[OUT]`. Output:
/// `[N, OUT, H', W']` with H' = ⌊(H + 2·padding − dilation·(KH − 1) − 1) / stride⌋ + 1.
public struct Convolve: Operation {
  /// Step of the window.
  public let stride: Int
  /// Zeros added on every side.
  public let padding: Int
  /// Distance between two taps.
  public let dilation: Int
  /// Independent groups of channels.
  public let groups: Int

  /// Makes the operation.
  public init(stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  public var gradientName: String { "ConvolutionBackward0" }

  /// The sizes of the convolution of such an input with such a weight.
  public func sizes(input: Shape, weight: Shape) -> ConvolutionShape {
    ConvolutionShape(
      batch: input[0], inChannels: input[1], height: input[2], width: input[3],
      outChannels: weight[0], kernelHeight: weight[2], kernelWidth: weight[3], stride: stride,
      padding: padding, dilation: dilation, groups: groups)
  }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    let sizes = sizes(input: inputs[0].shape, weight: inputs[1].shape)
    let shape = Shape([sizes.batch, sizes.outChannels, sizes.outHeight, sizes.outWidth])
    return try Tensor(shape: shape) { target in
      try inputs[0].withPointer { input in
        try inputs[1].withPointer { weight in
          guard inputs.count > 2 else {
            return try Convolution.forward(
              input: input, weight: weight, bias: nil, output: target, shape: sizes)
          }
          try inputs[2].withPointer { bias in
            try Convolution.forward(
              input: input, weight: weight, bias: bias, output: target, shape: sizes)
          }
        }
      }
    }
  }

  public func gradients(
    upstream: Tensor, inputs: [Tensor], output: Tensor, wanted: [Bool]
  ) throws -> [Tensor?] {
    let sizes = sizes(input: inputs[0].shape, weight: inputs[1].shape)
    return try upstream.withPointer { upstream in
      var gradients = [Tensor?](repeating: nil, count: inputs.count)
      if wanted[0] {
        gradients[0] = try Tensor(shape: inputs[0].shape) { target in
          try inputs[1].withPointer { weight in
            try Convolution.inputGradient(
              upstream: upstream, weight: weight, gradient: target, shape: sizes)
          }
        }
      }
      if wanted[1] {
        gradients[1] = try Tensor(shape: inputs[1].shape) { target in
          try inputs[0].withPointer { input in
            try Convolution.weightGradient(
              input: input, upstream: upstream, gradient: target, shape: sizes)
          }
        }
      }
      if inputs.count > 2, wanted[2] {
        gradients[2] = try Tensor(shape: inputs[2].shape) { target in
          try Convolution.biasGradient(upstream: upstream, gradient: target, shape: sizes)
        }
      }
      return gradients
    }
  }

  public func reference(_ inputs: [DoubleTensor]) -> DoubleTensor {
    let sizes = sizes(input: inputs[0].shape, weight: inputs[1].shape)
    let shape = Shape([sizes.batch, sizes.outChannels, sizes.outHeight, sizes.outWidth])
    var result = DoubleTensor([Double](repeating: 0, count: shape.count), shape: shape)
    var index = 0
    for image in 0..<sizes.batch {
      for filter in 0..<sizes.outChannels {
        let firstChannel = filter / sizes.groupOutChannels * sizes.groupInChannels
        for y in 0..<sizes.outHeight {
          for x in 0..<sizes.outWidth {
            var sum = inputs.count > 2 ? inputs[2].elements[filter] : 0
            for tap in 0..<sizes.taps {
              let column = tap % sizes.kernelWidth
              let row = tap / sizes.kernelWidth % sizes.kernelHeight
              let channel = tap / (sizes.kernelWidth * sizes.kernelHeight)
              let sourceY = y * stride + row * dilation - padding
              let sourceX = x * stride + column * dilation - padding
              guard (0..<sizes.height).contains(sourceY), (0..<sizes.width).contains(sourceX)
              else { continue }
              let plane = image * sizes.inChannels + firstChannel + channel
              sum +=
                inputs[1].elements[filter * sizes.taps + tap]
                * inputs[0].elements[(plane * sizes.height + sourceY) * sizes.width + sourceX]
            }
            result.elements[index] = sum
            index += 1
          }
        }
      }
    }
    return result
  }
}
