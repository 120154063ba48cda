import Kernels

/// A convolution and its gradients as plain loops in Double, and the sums of the terms' magnitudes,
/// to which rounding errors are in proportion.
struct ConvolutionReference {
  struct Sums {
    var values: [Double]
    var magnitudes: [Double]

    init(count: Int) {
      values = .init(repeating: 0, count: count)
      magnitudes = values
    }

    mutating func add(_ term: Double, at index: Int) {
      values[index] += term
      magnitudes[index] += abs(term)
    }
  }

  var output: Sums
  var inputGradient: Sums
  var weightGradient: Sums

  init(_ data: ConvolutionData) {
    let shape = data.shape
    output = Sums(count: data.upstream.count)
    inputGradient = Sums(count: data.input.count)
    weightGradient = Sums(count: data.weight.count)
    for image in 0..<shape.batch {
      for filter in 0..<shape.outChannels {
        let group = filter / (shape.outChannels / shape.groups)
        for y in 0..<shape.outHeight {
          for x in 0..<shape.outWidth {
            let out =
              ((image * shape.outChannels + filter) * shape.outHeight + y) * shape.outWidth + x
            if let bias = data.bias { output.add(Double(bias[filter]), at: out) }
            for channel in 0..<shape.groupInChannels {
              for row in 0..<shape.kernelHeight {
                for column in 0..<shape.kernelWidth {
                  let sourceY =
                    y * shape.rows.stride + row * shape.rows.dilation - shape.rows.padding
                  let sourceX =
                    x * shape.columns.stride + column * shape.columns.dilation
                    - shape.columns.padding
                  guard sourceY >= 0, sourceY < shape.height, sourceX >= 0, sourceX < shape.width
                  else { continue }
                  let plane = image * shape.inChannels + group * shape.groupInChannels + channel
                  let source = (plane * shape.height + sourceY) * shape.width + sourceX
                  let tap =
                    ((filter * shape.groupInChannels + channel) * shape.kernelHeight + row)
                    * shape.kernelWidth + column
                  let (input, weight, upstream) = (
                    Double(data.input[source]), Double(data.weight[tap]), Double(data.upstream[out])
                  )
                  output.add(input * weight, at: out)
                  inputGradient.add(upstream * weight, at: source)
                  weightGradient.add(upstream * input, at: tap)
                }
              }
            }
          }
        }
      }
    }
  }
}

/// Random operands of a convolution and what the kernels make of them.
struct ConvolutionData {
  var shape: ConvolutionShape
  var input: [Float]
  var weight: [Float]
  var bias: [Float]?
  var upstream: [Float]

  init(_ shape: ConvolutionShape, seed: UInt64, hasBias: Bool = true) {
    var random = TestRandom(seed: seed)
    self.shape = shape
    input = random.floats(shape.batch * shape.inChannels * shape.inPlane)
    weight = random.floats(shape.outChannels * shape.taps)
    bias = hasBias ? random.floats(shape.outChannels) : nil
    upstream = random.floats(shape.batch * shape.outChannels * shape.outPlane)
  }

  func output() throws -> [Float] {
    var output = [Float](repeating: .nan, count: upstream.count)
    if let bias {
      try Convolution.forward(
        input: input, weight: weight, bias: bias, output: &output, shape: shape)
    } else {
      try Convolution.forward(
        input: input, weight: weight, bias: nil, output: &output, shape: shape)
    }
    return output
  }

  func inputGradient() throws -> [Float] {
    var gradient = [Float](repeating: .nan, count: input.count)
    try Convolution.inputGradient(
      upstream: upstream, weight: weight, gradient: &gradient, shape: shape)
    return gradient
  }

  func weightGradient() throws -> [Float] {
    var gradient = [Float](repeating: .nan, count: weight.count)
    try Convolution.weightGradient(
      input: input, upstream: upstream, gradient: &gradient, shape: shape)
    return gradient
  }
}

/// A small generator for test data (SplitMix64).
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}

/// The bit patterns, so that NaN and the sign of zero count.
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
