import Testing

@testable import Kernels

@Suite struct PoolingTests {
  static let shapes = [
    PoolingShape(planes: 3, height: 24, width: 24, kernelHeight: 2, kernelWidth: 2, stride: 2),
    PoolingShape(planes: 2, height: 8, width: 8, kernelHeight: 2, kernelWidth: 2, stride: 2),
    PoolingShape(
      planes: 2, height: 21, width: 43, kernelHeight: 3, kernelWidth: 3, stride: 2, padding: 1),
    PoolingShape(
      planes: 2, height: 9, width: 31, kernelHeight: 3, kernelWidth: 5, stride: 1, padding: 1),
    PoolingShape(planes: 2, height: 9, width: 31, kernelHeight: 2, kernelWidth: 3, stride: 1),
    PoolingShape(planes: 1, height: 50, width: 50, kernelHeight: 3, kernelWidth: 3, stride: 3),
    PoolingShape(planes: 4, height: 5, width: 7, kernelHeight: 2, kernelWidth: 2, stride: 2),
    PoolingShape(
      planes: 1, height: 40, width: 70, kernelHeight: 4, kernelWidth: 4, stride: 3, padding: 2),
  ]

  @Test(arguments: shapes) func maximaAreTheFirstOfEquals(shape: PoolingShape) throws {
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
    let size = Float(shape.kernelHeight * shape.kernelWidth)
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
          for row in 0..<shape.kernelHeight {
            for column in 0..<shape.kernelWidth {
              let place = (
                y * shape.stride + row - shape.padding, x * shape.stride + column - shape.padding
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
