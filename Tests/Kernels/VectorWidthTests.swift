import Foundation
import TestSupport
import Testing

@testable import Kernels

/// What the loops of CVectors compute is what the loops in Swift do, to the last bit. There is
/// nothing to see on a processor without vectors of 512 bits.
@Suite(.serialized, .enabled(if: VectorWidth.supported.contains(512)))
struct VectorWidthTests {
  /// Whether `body` gives the same bits with vectors of 256 and of 512 bits.
  private func isSame(_ body: () throws -> [Float]) throws -> Bool {
    defer { VectorWidth.bits = 0 }
    VectorWidth.bits = 256
    let narrow = try body()
    VectorWidth.bits = 512
    return bits(try body()) == bits(narrow)
  }

  @Test func theWidestVectorsAreTakenUnlessSet() {
    defer { VectorWidth.bits = 0 }
    #expect(VectorWidth.bits == 512 && VectorWidth.isWide)
    VectorWidth.bits = 256
    #expect(VectorWidth.bits == 256 && !VectorWidth.isWide)
    VectorWidth.bits = 0
    #expect(VectorWidth.isWide)
  }

  /// Layers for Winograd's way besides: odd and even numbers of tiles, of blocks, and of vectors of
  /// channels and filters.
  static let shapes =
    ConvolutionTests.shapes + [
      ConvolutionTests.shape(8, 16, 28, 28, 32, 3, padding: 1),
      ConvolutionTests.shape(2, 33, 19, 21, 50, 3, padding: 1),
      ConvolutionTests.shape(1, 130, 23, 30, 13, 3),
      ConvolutionTests.shape(3, 40, 14, 9, 70, 3, padding: 2, groups: 2),
      ConvolutionTests.shape(2, 20, 12, 12, 50, 5), ConvolutionTests.shape(40, 20, 12, 12, 9, 5),
      ConvolutionTests.shape(2, 24, 40, 41, 17, 1),
      // Input gradients that are scattered, also over an edge.
      ConvolutionTests.shape(3, 6, 8, 9, 12, 5, padding: 1),
      ConvolutionTests.shape(2, 5, 10, 12, 9, 7, padding: 2),
    ]
    // Rows of 14 to 17 and of 31 tiles, with and without padding.
    + [28, 29, 32, 33, 34, 62].flatMap { (width: Int) in
      [0, 1, 2].map { ConvolutionTests.shape(2, 12, 20, width, 14, 3, padding: Pair($0)) }
    }

  @Test(arguments: shapes) func convolutions(shape: ConvolutionShape) throws {
    // No filter is masked, every second one is, and all but every seventh.
    for isKept in [{ _ in true }, { $0 % 2 == 1 }, { $0 % 7 == 3 }] as [(Int) -> Bool] {
      var data = ConvolutionData(shape, seed: 11)
      for filter in 0..<shape.outChannels where !isKept(filter) {
        for tap in 0..<shape.taps { data.weight[filter * shape.taps + tap] = 0 }
      }
      let given = data
      #expect(try isSame { try given.output() })
      #expect(try isSame { try given.inputGradient() })
      #expect(try isSame { try given.weightGradient() })
    }
  }

  @Test(arguments: shapes) func gradientsOfBiases(shape: ConvolutionShape) throws {
    let data = ConvolutionData(shape, seed: 15)
    #expect(
      try isSame {
        var gradient = [Float](repeating: .nan, count: shape.outChannels)
        try Convolution.biasGradient(upstream: data.upstream, gradient: &gradient, shape: shape)
        return gradient
      })
  }

  /// One value among ordinary ones, at each place.
  @Test(
    arguments: [
      (0x1p120, false), (-0x1p120, false), (-0.0, false), (1e-45, false),
      (Float(0x1p120).nextUp, true), (-0x1p121, true), (.infinity, true), (-.infinity, true),
      (.nan, true), (-.nan, true), (Float(nan: 3, signaling: true), true),
    ] as [(Float, Bool)])
  func valuesThatAreTooLarge(value: Float, isImmoderate: Bool) {
    defer { VectorWidth.bits = 0 }
    for width in [256, 512] {
      VectorWidth.bits = width
      for count in [1, 7, 15, 16, 17, 63, 64, 65, 80, 131] {
        var values = (0..<count).map { Float($0) - 40 }
        #expect(!isAnyImmoderate(values, count: count))
        for place in 0..<count {
          let ordinary = values[place]
          values[place] = value
          #expect(isAnyImmoderate(values, count: count) == isImmoderate)
          values[place] = ordinary
        }
      }
    }
  }

  @Test func convolutionsOfWhatIsNotFinite() throws {
    for value in [Float.infinity, .nan, 1e38, -0.0] {
      var data = ConvolutionData(Self.shapes[2], seed: 12)
      data.input[77] = value
      data.upstream[78] = value
      let given = data
      #expect(try isSame { try given.output() })
      #expect(try isSame { try given.inputGradient() })
      #expect(try isSame { try given.weightGradient() })
    }
  }

  @Test(
    arguments: [
      (1, 1, 1), (5, 7, 6), (6, 8, 12), (7, 31, 33), (13, 800, 65), (64, 1030, 50), (12, 2050, 31),
    ])
  func products(rows: Int, depth: Int, columns: Int) throws {
    var random = TestRandom(seed: 13)
    func values(_ count: Int) -> [Float] {
      (0..<count).map { _ in .random(in: -2...2, using: &random) }
    }
    let (a, b, bias) = (values(rows * depth), values(columns * depth), values(columns))
    let upstream = values(rows * columns)
    func same(
      _ count: Int, _ product: (UnsafeMutablePointer<Float>) throws -> Void
    ) throws -> Bool {
      try isSame {
        var result = [Float](repeating: .nan, count: count)
        try product(&result)
        return result
      }
    }
    #expect(
      try same(rows * columns) {
        try MatrixProduct.timesTransposed(
          a, b, bias: bias, result: $0, rows: rows, columns: columns, depth: depth)
      })
    #expect(
      try same(rows * depth) {
        try MatrixProduct.times(
          upstream, b, result: $0, rows: rows, columns: depth, depth: columns)
      })
    #expect(
      try same(columns * depth) {
        try MatrixProduct.transposedTimes(
          upstream, a, result: $0, rows: columns, columns: depth, depth: rows)
      })
  }

  @Test(arguments: [31, 32, 45, 96, 1000]) func logarithmsOfSoftmax(classes: Int) throws {
    var random = TestRandom(seed: 14)
    let special: [Float] = [
      .infinity, -.infinity, .nan, 0, -0.0, 87, 87.00001, -87, -87.4, 88.8, 89, 200, -103.5, -104,
      -500, 1e-40, -1e-40, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    ]
    for row in 0..<40 {
      // Every third row is ordinary, and every third has one special value.
      let scores = (0..<classes).map { index -> Float in
        let isSpecial = row % 3 == 1 ? index == row : row % 3 == 2 && Bool.random(using: &random)
        return isSpecial
          ? special[(index + row) % special.count] : .random(in: -20...20, using: &random)
      }
      #expect(
        try isSame {
          var result = [Float](repeating: 7, count: classes)
          try LogSoftmax.forward(
            scores, to: &result, rows: 1, classes: classes, isLast: true)
          return result
        })
      #expect(
        try isSame {
          var gradient = [Float](repeating: 7, count: classes)
          try LogSoftmax.gradient(
            upstream: (0..<classes).map { Float($0) - 20 }, result: scores, gradient: &gradient,
            rows: 1, classes: classes, isLast: true)
          return gradient
        })
    }
  }

  @Test(arguments: (2...81).map { (3, 9, $0) } + [(300, 8, 8), (1, 603, 500)]) func pooling(
    planes: Int, height: Int, width: Int
  ) throws {
    var random = TestRandom(seed: 15)
    let shape = PoolingTests.shape(planes, height, width, 2, 2)
    for rarity in [1, 40, 1_000_000] {
      let input = SquarePoolingTests.values(planes * height * width, oneIn: rarity, &random)
      #expect(
        try isSame {
          let count = shape.planes * shape.outPlane
          var output = [Float](repeating: 7, count: count)
          var indices = [Int32](repeating: 7, count: count)
          try MaxPooling.forward(input: input, output: &output, indices: &indices, shape: shape)
          return output + indices.map { Float($0) }
        })
    }
  }

  @Test(arguments: Array(2...70) + [784, 1000]) func batchNormalization(plane: Int) throws {
    var random = TestRandom(seed: 16)
    let shape = BatchNormalization.Shape(batch: 5, channels: 3, plane: plane)
    let count = shape.batch * shape.channels * plane
    for rarity in [200, 1_000_000] {
      let input = SquarePoolingTests.values(count, oneIn: rarity, &random)
      #expect(
        try isSame {
          var result = [Float](repeating: 7, count: count)
          var (mean, squares) = ([7, 7, 7] as [Float], [7, 7, 7] as [Float])
          try BatchNormalization.forward(
            input: input, weight: nil, bias: nil, epsilon: 1e-5, mean: &mean, squares: &squares,
            output: &result, shape: shape)
          return result + mean + squares
        })
    }
  }

  @Test(arguments: Array(1...70) + [784, 1000]) func sumsOfPlanes(count: Int) throws {
    let values = BatchNormalizationTests.valuesOfAllSizes(count)
    #expect(
      try isSame {
        let sums = PlaneSums()
        return [sums.sum(values, count), sums.squares(values, count, center: 2.9)].flatMap {
          // Both halves of a double.
          [$0.bitPattern >> 32, $0.bitPattern & 0xffff_ffff].map {
            Float(bitPattern: UInt32($0))
          }
        }
      })
  }
}
