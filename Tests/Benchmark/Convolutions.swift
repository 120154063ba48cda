import Gradients
import Kernels
import Tensors

/// A convolution, and tensors that fit it. One of 3 × 3 has padding 1, others none.
struct ConvolutionCase {
  static let all = [
    ConvolutionCase(batch: 8, inChannels: 16, outChannels: 32, side: 28),
    ConvolutionCase(batch: 8, inChannels: 64, outChannels: 64, side: 56),
    ConvolutionCase(batch: 16, inChannels: 128, outChannels: 128, side: 28),
  ]

  let batch: Int
  let inChannels: Int
  let outChannels: Int
  let side: Int
  var kernel = 3

  /// LeNet's two, and one of 1 × 1.
  static let others = [
    ConvolutionCase(batch: 64, inChannels: 1, outChannels: 20, side: 28, kernel: 5),
    ConvolutionCase(batch: 64, inChannels: 20, outChannels: 50, side: 12, kernel: 5),
    ConvolutionCase(batch: 16, inChannels: 128, outChannels: 128, side: 28, kernel: 1),
  ]

  var name: String {
    "\(batch),\(inChannels),\(outChannels),\(side)" + (kernel == 3 ? "" : ",\(kernel)")
  }

  var padding: Int { kernel == 3 ? 1 : 0 }

  /// Normal input, weight and gradient of the output; `masked` percent of the filters are zero.
  func tensors(masked: Int = 0) throws -> (input: Tensor, weight: Tensor, upstream: Tensor) {
    var generator = Generator(seed: 0)
    let input = try generator.normal(shape: [batch, inChannels, side, side])
    let shape: Shape = [outChannels, inChannels, kernel, kernel]
    let outSide = side + 2 * padding - kernel + 1
    var weights = try generator.normal(shape: shape).elements
    let taps = inChannels * kernel * kernel
    // Spread over the layer, as an importance score leaves them.
    for filter in 0..<outChannels where filter * 37 % 100 < masked {
      for tap in 0..<taps { weights[filter * taps + tap] = 0 }
    }
    return (
      input, Tensor(weights, shape: shape),
      try generator.normal(shape: [batch, outChannels, outSide, outSide])
    )
  }
}

extension Row {
  /// Forward, input gradient and weight gradient of each layer, each by itself.
  static var convolutions: [Row] {
    (ConvolutionCase.all + ConvolutionCase.others).flatMap { layer in
      [
        Row(name: "conv/\(layer.name)/forward") {
          let (input, weight, _) = try layer.tensors()
          let convolve = try Convolve(
            input: input.shape, weight: weight.shape, padding: Pair(layer.padding))
          return { _ = try convolve.forward([input, weight]) }
        },
        gradient("conv/\(layer.name)/input-gradient", of: layer, wanted: [true, false]),
        gradient("conv/\(layer.name)/weight-gradient", of: layer, wanted: [false, true]),
      ]
    }
  }

  /// Forward and input gradient together, with a part of the filters masked.
  static var maskedConvolutions: [Row] {
    ConvolutionCase.all.flatMap { layer in
      [0, 50, 90].map { percent in
        Row(name: "masked/\(layer.name)/\(percent)") {
          let (input, weight, upstream) = try layer.tensors(masked: percent)
          let convolve = try Convolve(input: input.shape, weight: weight.shape, padding: 1)
          return {
            let pass = try ForwardPass(of: convolve, [input, weight], wanted: [true, false])
            _ = try convolve.gradients(upstream, after: pass)
          }
        }
      }
    }
  }

  private static func gradient(_ name: String, of layer: ConvolutionCase, wanted: [Bool]) -> Row {
    Row(name: name) {
      let (input, weight, upstream) = try layer.tensors()
      let convolve = try Convolve(
        input: input.shape, weight: weight.shape, padding: Pair(layer.padding))
      // Of the output only the shape counts, which the gradient of the output has too.
      let pass = ForwardPass(inputs: [input, weight], output: upstream, wanted: wanted)
      return { _ = try convolve.gradients(upstream, after: pass) }
    }
  }
}
