import Kernels
import Tensors

/// Two-dimensional convolution of an input with a weight and an optional bias:
/// `torch.nn.functional.conv2d`.
///
/// Inputs: `[N, C, H, W]`, weight `[OUT, C / groups, KH, KW]`, and perhaps bias `[OUT]`. Output:
/// `[N, OUT, H', W']` with H' = ⌊(H + 2·padding − dilation·(KH − 1) − 1) / stride⌋ + 1, where stride,
/// padding and dilation are those of the rows, and W' likewise.
public struct Convolve: Operation {
  /// The sizes of the convolution.
  public let sizes: ConvolutionShape
  /// Rows and columns at the end of the input that are padding, which an operation before added.
  public let added: Pair

  /// Makes the operation for an input and a weight of these shapes.
  ///
  /// - Throws: `WindowError` where they do not fit each other.
  public init(
    input: Shape, weight: Shape, stride: Pair = 1, padding: Pair = 0, dilation: Pair = 1,
    groups: Int = 1, added: Pair = 0
  ) throws(WindowError) {
    guard input.rank == 4, weight.rank == 4 else { throw .notPositive }
    sizes = try ConvolutionShape(
      batch: input[0], inChannels: input[1], height: input[2], width: input[3],
      outChannels: weight[0], kernel: Pair(weight[2], weight[3]), stride: stride,
      padding: padding, dilation: dilation, groups: groups)
    guard weight[1] == sizes.groupInChannels else { throw .channels }
    self.added = added
  }

  /// The shape of the output.
  public var outputShape: Shape {
    [sizes.batch, sizes.outChannels, sizes.outHeight, sizes.outWidth]
  }

  public var gradientName: String { "ConvolutionBackward0" }

  public func savesInput(_ input: Int, after pass: ForwardPass) -> Bool { input < 2 }

  public func forward(_ inputs: [Tensor]) throws -> Tensor {
    precondition(
      inputs[0].count == sizes.batch * sizes.inChannels * sizes.inPlane
        && inputs[1].count == sizes.outChannels * sizes.taps
        && (inputs.count < 3 || inputs[2].count == sizes.outChannels),
      "a convolution of other sizes")
    return try Tensor(shape: outputShape) { target in
      try withPointers(inputs) { input, weight, bias in
        try Convolution.forward(
          input: input, weight: weight, bias: bias, output: target, shape: sizes)
      }
    }
  }

  public func gradients(_ upstream: Tensor, after pass: ForwardPass) throws -> [Tensor?] {
    return try upstream.withPointer { upstream in
      var gradients: [Tensor?] = pass.inputs.map { _ in nil }
      if pass.wanted[0] {
        gradients[0] = try Tensor(shape: pass.inputs[0].shape) { target in
          try pass.inputs[1].withPointer { weight in
            try Convolution.inputGradient(
              upstream: upstream, weight: weight, gradient: target, shape: sizes)
          }
        }
      }
      if pass.wanted[1] {
        gradients[1] = try Tensor(shape: pass.inputs[1].shape) { target in
          try pass.inputs[0].withPointer { input in
            try Convolution.weightGradient(
              input: input, upstream: upstream, gradient: target, shape: sizes)
          }
        }
      }
      if pass.inputs.count > 2, pass.wanted[2] {
        gradients[2] = try Tensor(shape: pass.inputs[2].shape) { target in
          try Convolution.biasGradient(upstream: upstream, gradient: target, shape: sizes)
        }
      }
      return gradients
    }
  }

  public func gradientMagnitudes(
    _ upstream: Tensor, after pass: ForwardPass
  ) throws -> [Tensor?] {
    try gradients(
      upstream, after: pass.replacing(inputs: try pass.inputs.map { try $0.map(\.magnitude) }))
  }

  public func terms(input: Int, element: Int, after pass: ForwardPass) throws -> [GradientTerm] {
    switch input {
    case 0: return try inputTerms(element, weight: pass.inputs[1])
    case 1: return try weightTerms(element, input: pass.inputs[0])
    default:
      return try GradientTerm.list(of: sizes.batch * sizes.outPlane) { index in
        let plane = index / sizes.outPlane * sizes.outChannels + element
        return GradientTerm(output: plane * sizes.outPlane + index % sizes.outPlane, factor: 1)
      }
    }
  }

  public func termLimit(input: Int, after pass: ForwardPass) -> Int {
    input == 0
      ? sizes.groupOutChannels * sizes.kernelHeight * sizes.kernelWidth
      : sizes.batch * sizes.outPlane
  }

  public func reference(_ inputs: [DoubleTensor]) throws -> DoubleTensor {
    let (rows, columns) = (sizes.rows, sizes.columns)
    return try inputs[0].elements.withUnsafeBufferPointer { source in
      try inputs[1].elements.withUnsafeBufferPointer { weight in
        try DoubleTensor(shape: outputShape, work: sizes.taps) { place in
          let (x, y) = (place % sizes.outWidth, place / sizes.outWidth % sizes.outHeight)
          let filter = place / sizes.outPlane % sizes.outChannels
          let image = place / sizes.outPlane / sizes.outChannels
          let firstChannel = filter / sizes.groupOutChannels * sizes.groupInChannels
          var sum = inputs.count > 2 ? inputs[2].elements[filter] : 0
          var tap = filter * sizes.taps
          for channel in firstChannel..<firstChannel + sizes.groupInChannels {
            let plane = image * sizes.inChannels + channel
            for row in 0..<sizes.kernelHeight {
              let sourceY = y * rows.stride + row * rows.dilation - rows.padding
              defer { tap += sizes.kernelWidth }
              guard sourceY >= 0, sourceY < sizes.height else { continue }
              for column in 0..<sizes.kernelWidth {
                let sourceX = x * columns.stride + column * columns.dilation - columns.padding
                guard sourceX >= 0, sourceX < sizes.width else { continue }
                sum +=
                  weight[tap + column]
                  * source[(plane * sizes.height + sourceY) * sizes.width + sourceX]
              }
            }
          }
          return sum
        }
      }
    }
  }
}

extension Convolve {
  /// Every window that covers an element of the input, and the weight with which it does.
  private func inputTerms(_ element: Int, weight: Tensor) throws -> [GradientTerm] {
    let (rows, columns) = (sizes.rows, sizes.columns)
    let (x, y) = (element % sizes.width, element / sizes.width % sizes.height)
    let channel = element / sizes.inPlane % sizes.inChannels
    let image = element / sizes.inPlane / sizes.inChannels
    let group = channel / sizes.groupInChannels
    let area = sizes.kernelHeight * sizes.kernelWidth
    return try GradientTerm.list(of: sizes.groupOutChannels * area, work: 16) { index in
      let filter = group * sizes.groupOutChannels + index / area
      let (row, column) = (index % area / sizes.kernelWidth, index % sizes.kernelWidth)
      let top = y + rows.padding - row * rows.dilation
      let left = x + columns.padding - column * columns.dilation
      guard top >= 0, left >= 0, top % rows.stride == 0, left % columns.stride == 0,
        top / rows.stride < sizes.outHeight, left / columns.stride < sizes.outWidth
      else { return nil }
      let plane = image * sizes.outChannels + filter
      let tap =
        ((channel - group * sizes.groupInChannels) * sizes.kernelHeight + row)
        * sizes.kernelWidth + column
      return GradientTerm(
        output: (plane * sizes.outHeight + top / rows.stride) * sizes.outWidth
          + left / columns.stride,
        factor: weight.elements[filter * sizes.taps + tap])
    }
  }

  /// Every window, and the element of the input that a weight meets in it.
  private func weightTerms(_ element: Int, input: Tensor) throws -> [GradientTerm] {
    let (rows, columns) = (sizes.rows, sizes.columns)
    let (filter, tap) = (element / sizes.taps, element % sizes.taps)
    let column = tap % sizes.kernelWidth
    let row = tap / sizes.kernelWidth % sizes.kernelHeight
    let channel =
      filter / sizes.groupOutChannels * sizes.groupInChannels
      + tap / (sizes.kernelWidth * sizes.kernelHeight)
    return try GradientTerm.list(of: sizes.batch * sizes.outPlane, work: 16) { index in
      let (image, place) = index.quotientAndRemainder(dividingBy: sizes.outPlane)
      let (outY, outX) = place.quotientAndRemainder(dividingBy: sizes.outWidth)
      let output = (image * sizes.outChannels + filter) * sizes.outPlane + place
      let y = outY * rows.stride + row * rows.dilation - rows.padding
      let x = outX * columns.stride + column * columns.dilation - columns.padding
      guard (0..<sizes.height - added.rows).contains(y),
        (0..<sizes.width - added.columns).contains(x)
      else { return GradientTerm(output: output, factor: 0, block: .padding) }
      let plane = image * sizes.inChannels + channel
      return GradientTerm(
        output: output, factor: input.elements[(plane * sizes.height + y) * sizes.width + x])
    }
  }
}
