import TestSupport
import Testing

@testable import Kernels

@Suite struct PoolingTests {
  static let shapes = [
    shape(3, 24, 24, Pair(2, 2), 2),
    shape(2, 8, 8, Pair(2, 2), 2),
    shape(2, 21, 43, Pair(3, 3), 2, padding: 1),
    shape(2, 9, 31, Pair(3, 5), 1, padding: 1),
    shape(2, 9, 31, Pair(2, 3), 1),
    shape(1, 50, 50, Pair(3, 3), 3),
    shape(4, 5, 7, Pair(2, 2), 2),
    shape(1, 40, 70, Pair(4, 4), 3, padding: 2),
    shape(2, 21, 43, Pair(2, 3), Pair(2, 1), padding: Pair(0, 1)),
    shape(2, 30, 43, Pair(5, 2), Pair(1, 2), padding: Pair(2, 1)),
    shape(3, 9, 7, Pair(1, 3), Pair(3, 2)),
    // Rows, and single windows, that are worth several looks at the flag.
    shape(1, 1, 3000, Pair(1, 200), 1),
    shape(1, 3, 1500, Pair(2, 90), Pair(1, 3)),
    shape(1, 261, 290, 260, 1),
    shape(1, 140, 530, Pair(140, 500), Pair(1, 3)),
  ]

  /// With dilation, which only the largest value knows.
  static let dilated = [
    shape(2, 21, 43, 3, 2, padding: 1, dilation: Pair(2, 3)),
    shape(1, 24, 60, Pair(2, 4), Pair(3, 1), padding: Pair(1, 2), dilation: Pair(5, 2)),
    shape(2, 13, 12, 3, 3, dilation: Pair(1, 4)), shape(2, 16, 20, 2, Pair(1, 2), dilation: 3),
  ]

  static func shape(
    _ planes: Int, _ height: Int, _ width: Int, _ kernel: Pair, _ stride: Pair,
    padding: Pair = 0, dilation: Pair = 1
  ) -> PoolingShape {
    made {
      try PoolingShape(
        planes: planes, height: height, width: width, kernel: kernel, stride: stride,
        padding: padding, dilation: dilation)
    }
  }

  @Test(arguments: shapes + dilated) func maximaAreTheFirstOfEquals(shape: PoolingShape) throws {
    var random = TestRandom(seed: 11)
    // Few values, so that there are many equals, some of them infinite or NaN.
    let choices: [Float] = [0, -0.0, 1, 2, 3, -.infinity, .nan, 5]
    for count in [5, 8] {
      let input = (0..<shape.planes * shape.inPlane).map { _ in
        choices[Int.random(in: 0..<count, using: &random)]
      }
      var output = [Float](repeating: 9, count: shape.planes * shape.outPlane)
      var indices = [Int32](repeating: -1, count: output.count)
      try MaxPooling.forward(input: input, output: &output, indices: &indices, shape: shape)
      let expected = windows(shape) { plane, cells -> (Float, Int32) in
        var best = (-Float.infinity, cells[0])
        for cell in cells {
          let value = input[plane * shape.inPlane + cell]
          if value > best.0 || value.isNaN { best = (value, cell) }
        }
        return (best.0, Int32(best.1))
      }
      #expect(bits(output) == bits(expected.map(\.0)))
      #expect(indices == expected.map(\.1))

      let upstream = random.floats(output.count)
      var gradient = [Float](repeating: .nan, count: input.count)
      try MaxPooling.gradient(
        upstream: upstream, indices: indices, gradient: &gradient, shape: shape)
      var slow = [Float](repeating: 0, count: input.count)
      for (index, value) in upstream.enumerated() {
        slow[index / shape.outPlane * shape.inPlane + Int(indices[index])] += value
      }
      #expect(gradient == slow)
    }
  }

  @Test(arguments: shapes) func meansCountThePadding(shape: PoolingShape) throws {
    var random = TestRandom(seed: 12)
    let input = random.floats(shape.planes * shape.inPlane)
    var output = [Float](repeating: .nan, count: shape.planes * shape.outPlane)
    try AveragePooling.forward(input: input, output: &output, shape: shape)
    let size = Float(shape.rows.kernel * shape.columns.kernel)
    let expected = windows(shape) { plane, cells in
      cells.reduce(Float(0)) { $0 + input[plane * shape.inPlane + $1] } / size
    }
    #expect(output == expected)

    let upstream = random.floats(output.count)
    var gradient = [Float](repeating: .nan, count: input.count)
    try AveragePooling.gradient(upstream: upstream, gradient: &gradient, shape: shape)
    var slow = [Float](repeating: 0, count: input.count)
    var next = 0
    _ = windows(shape) { plane, cells in
      for cell in cells { slow[plane * shape.inPlane + cell] += upstream[next] / size }
      next += 1
    }
    #expect(gradient == slow)
  }

  /// Every window's plane and cells, in order.
  private func windows<Result>(
    _ shape: PoolingShape, _ body: (Int, [Int]) -> Result
  ) -> [Result] {
    var results: [Result] = []
    for plane in 0..<shape.planes {
      for y in 0..<shape.outHeight {
        for x in 0..<shape.outWidth {
          var cells: [Int] = []
          for row in 0..<shape.rows.kernel {
            for column in 0..<shape.columns.kernel {
              let place = (
                y * shape.rows.stride + row * shape.rows.dilation - shape.rows.padding,
                x * shape.columns.stride + column * shape.columns.dilation - shape.columns.padding
              )
              guard (0..<shape.height).contains(place.0), (0..<shape.width).contains(place.1)
              else { continue }
              cells.append(place.0 * shape.width + place.1)
            }
          }
          results.append(body(plane, cells))
        }
      }
    }
    return results
  }
}
