import Testing

@testable import Kernels

/// The reference order, spelled out one scalar at a time.
@Suite struct SequentialConvolutionTests {
  static let shapes = [
    ConvolutionTests.shape(1, 1, 4, 4, 2, 3, padding: 1),
    ConvolutionTests.shape(1, 3, 7, 5, 4, 3, stride: 2, padding: 1),
    ConvolutionTests.shape(1, 2, 9, 9, 3, 2, padding: 2, dilation: 2),
    ConvolutionTests.shape(1, 5, 6, 11, 6, 1),
    ConvolutionTests.shape(1, 3, 7, 8, 4, Pair(3, 1), stride: Pair(1, 2), padding: Pair(2, 0)),
    ConvolutionTests.shape(1, 3, 7, 8, 4, Pair(2, 3), padding: Pair(0, 1), dilation: Pair(3, 2)),
    ConvolutionTests.shape(1, 2, 9, 9, 3, Pair(1, 2), stride: Pair(3, 1), padding: Pair(0, 2)),
    // The padded image would be out of proportion.
    ConvolutionTests.shape(1, 2, 4, 4, 3, 2, padding: 3000, dilation: 6001),
    ConvolutionTests.shape(
      1, 1, 4, 3, 2, 3, stride: 1500, padding: 3000, dilation: Pair(800, 3001)),
    ConvolutionTests.shape(
      1, 1, 3, 4, 2, Pair(2, 1), stride: Pair(1, 70), padding: Pair(1, 90_000)),
  ]

  @Test(arguments: shapes) func sumsOneTermAfterTheOther(shape: ConvolutionShape) throws {
    #expect(shape.isReferenceCase)
    var data = ConvolutionData(shape, seed: 4)
    for tap in 0..<shape.taps { data.weight[tap] = 0 }
    data.weight[shape.taps] = -0.0
    #expect(bits(try data.output()) == bits(output(data)))
    #expect(bits(try data.inputGradient()) == bits(inputGradient(data)))
    #expect(bits(try data.weightGradient()) == bits(weightGradient(data)))
  }

  private func output(_ data: ConvolutionData) -> [Float] {
    let shape = data.shape
    var output: [Float] = []
    for filter in 0..<shape.outChannels {
      for y in 0..<shape.outHeight {
        for x in 0..<shape.outWidth {
          var sum = data.bias?[filter] ?? 0
          for tap in 0..<shape.taps {
            sum += data.weight[filter * shape.taps + tap] * input(data, tap, y, x)
          }
          output.append(sum)
        }
      }
    }
    return output
  }

  private func inputGradient(_ data: ConvolutionData) -> [Float] {
    let shape = data.shape
    var gradient = [Float](repeating: 0, count: data.input.count)
    for tap in 0..<shape.taps {
      for y in 0..<shape.outHeight {
        for x in 0..<shape.outWidth {
          var sum: Float = 0
          for filter in 0..<shape.outChannels {
            sum +=
              data.upstream[(filter * shape.outHeight + y) * shape.outWidth + x]
              * data.weight[filter * shape.taps + tap]
          }
          if let place = place(shape, tap, y, x) { gradient[place] += sum }
        }
      }
    }
    return gradient
  }

  private func weightGradient(_ data: ConvolutionData) -> [Float] {
    let shape = data.shape
    var gradient = [Float](repeating: 0, count: data.weight.count)
    for filter in 0..<shape.outChannels {
      for tap in 0..<shape.taps {
        for y in 0..<shape.outHeight {
          for x in 0..<shape.outWidth {
            gradient[filter * shape.taps + tap] +=
              data.upstream[(filter * shape.outHeight + y) * shape.outWidth + x]
              * input(data, tap, y, x)
          }
        }
      }
    }
    return gradient
  }

  private func input(_ data: ConvolutionData, _ tap: Int, _ y: Int, _ x: Int) -> Float {
    place(data.shape, tap, y, x).map { data.input[$0] } ?? 0
  }

  /// Where in the image a tap falls, or nil in the padding.
  private func place(_ shape: ConvolutionShape, _ tap: Int, _ y: Int, _ x: Int) -> Int? {
    let (rows, columns) = (shape.rows, shape.columns)
    let (channel, rest) = (
      tap / (shape.kernelHeight * shape.kernelWidth), tap % (shape.kernelHeight * shape.kernelWidth)
    )
    let row = y * rows.stride + rest / shape.kernelWidth * rows.dilation - rows.padding
    let column = x * columns.stride + rest % shape.kernelWidth * columns.dilation - columns.padding
    guard (0..<shape.height).contains(row), (0..<shape.width).contains(column) else { return nil }
    return (channel * shape.height + row) * shape.width + column
  }
}
