import Testing

@testable import Kernels

@Suite(.serialized) struct MatrixProductTests {
  struct Sizes: Sendable { var rows, columns, depth: Int }

  static let sizes = [
    Sizes(rows: 1, columns: 1, depth: 1), Sizes(rows: 3, columns: 5, depth: 7),
    Sizes(rows: 1, columns: 10, depth: 500), Sizes(rows: 17, columns: 16, depth: 8),
    Sizes(rows: 64, columns: 31, depth: 40), Sizes(rows: 13, columns: 50, depth: 1100),
    Sizes(rows: 6, columns: 17, depth: 0), Sizes(rows: 40, columns: 100, depth: 33),
  ]

  @Test(arguments: sizes) func agreesWithDouble(sizes: Sizes) throws {
    let (rows, columns, depth) = (sizes.rows, sizes.columns, sizes.depth)
    var random = TestRandom(seed: 5)
    let left = random.floats(rows * depth)
    let right = random.floats(columns * depth)
    let bias = random.floats(columns)
    var result = [Float](repeating: .nan, count: rows * columns)
    let place = { (i: Int, j: Int) in i * columns + j }

    try MatrixProduct.timesTransposed(
      left, right, bias: bias, result: &result, rows: rows, columns: columns, depth: depth)
    expect(result, sizes, place) { i, j, k in
      (left[i * depth + k], right[j * depth + k])
    } start: {
      bias[$0]
    }
    try MatrixProduct.timesTransposed(
      left, right, bias: nil, result: &result, rows: rows, columns: columns, depth: depth)
    expect(result, sizes, place) { i, j, k in (left[i * depth + k], right[j * depth + k]) }
    try MatrixProduct.times(
      left, right, result: &result, rows: rows, columns: columns, depth: depth)
    expect(result, sizes, place) { i, j, k in (left[i * depth + k], right[k * columns + j]) }
    try MatrixProduct.transposedTimes(
      left, right, result: &result, rows: rows, columns: columns, depth: depth)
    expect(result, sizes, place) { i, j, k in (left[k * rows + i], right[k * columns + j]) }
  }

  /// Panels lie alone or in pairs, the last one whole or not.
  @Test(arguments: [100, 250, 256, 261, 288]) func gradientsAreFusedInOrder(columns: Int) throws {
    let (rows, depth) = (13, 21)
    var random = TestRandom(seed: 7)
    let (left, right) = (random.floats(rows * depth), random.floats(columns * depth))
    var result = [Float](repeating: .nan, count: rows * columns)
    func sums(_ factor: (Int, Int) -> Float) -> [Float] {
      (0..<rows * columns).map { place in
        (0..<depth).reduce(0) { sum, term in
          sum.addingProduct(
            factor(place / columns, term), right[term * columns + place % columns])
        }
      }
    }
    try MatrixProduct.times(
      left, right, result: &result, rows: rows, columns: columns, depth: depth)
    #expect(bits(result) == bits(sums { left[$0 * depth + $1] }))
    try MatrixProduct.transposedTimes(
      left, right, result: &result, rows: rows, columns: columns, depth: depth)
    #expect(bits(result) == bits(sums { left[$1 * rows + $0] }))
  }

  @Test func columnSumsAddRowAfterRow() throws {
    var sums = [Float](repeating: .nan, count: 3)
    try MatrixProduct.columnSums([1, 2, 3, 10, 20, 30], sums: &sums, rows: 2, columns: 3)
    #expect(sums == [11, 22, 33])
  }

  @Test func threadsChangeNoBit() throws {
    let (rows, columns, depth) = (70, 130, 300)
    var random = TestRandom(seed: 6)
    let (left, right) = (random.floats(rows * depth), random.floats(columns * depth))
    defer { Parallel.threadCount = 0 }
    let results = try (1...3).map { threads in
      Parallel.threadCount = threads
      var results = [[Float]](repeating: .init(repeating: 0, count: rows * columns), count: 3)
      try MatrixProduct.timesTransposed(
        left, right, bias: nil, result: &results[0], rows: rows, columns: columns, depth: depth)
      try MatrixProduct.times(
        left, right, result: &results[1], rows: rows, columns: columns, depth: depth)
      try MatrixProduct.transposedTimes(
        left, right, result: &results[2], rows: rows, columns: columns, depth: depth)
      return results.map(bits)
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  private func expect(
    _ result: [Float], _ sizes: Sizes, _ place: (Int, Int) -> Int,
    _ factors: (Int, Int, Int) -> (Float, Float), start: (Int) -> Float = { _ in 0 },
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var worst = 0.0
    for i in 0..<sizes.rows {
      for j in 0..<sizes.columns {
        var (sum, magnitude) = (Double(start(j)), 1.0)
        for k in 0..<sizes.depth {
          let (a, b) = factors(i, j, k)
          sum += Double(a) * Double(b)
          magnitude += abs(Double(a) * Double(b))
        }
        let error = abs(Double(result[place(i, j)]) - sum) / magnitude
        worst = max(worst, error.isNaN ? .infinity : error)
      }
    }
    #expect(worst < 5e-7, sourceLocation: sourceLocation)
  }
}
