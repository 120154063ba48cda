import Running

extension MatrixProduct {
  /// Writes for each result of ``timesTransposed(_:_:bias:result:rows:columns:depth:)`` by how much it
  /// can be wrong: as ``Convolution/rounding(input:weight:bias:rounding:shape:)`` for a convolution.
  ///
  /// - Parameters:
  ///   - left: A, `[rows, depth]`.
  ///   - right: B, `[columns, depth]`.
  ///   - bias: `[columns]`, or nil for none.
  ///   - rounding: as the result; overwritten.
  ///   - rows: rows of A.
  ///   - columns: rows of B.
  ///   - depth: columns of A and of B.
  /// - Throws: ``Cancelled``; the result is then undefined.
  public static func roundingOfTimesTransposed(
    _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rounding: UnsafeMutablePointer<Float>, rows: Int, columns: Int, depth: Int
  ) throws {
    let (left, right) = (Shared(left), Shared(right))
    let (bias, rounding) = (Shared(bias), Shared(rounding))
    try Parallel.forEach(columns, work: 3 * rows * columns * depth) { column in
      for row in 0..<rows {
        try Cancellation.check()
        rounding.pointer[row * columns + column] = try roundingOfInnerProduct(
          left.pointer + row * depth, right.pointer + column * depth,
          bias: bias.pointer?[column] ?? 0, depth: depth)
      }
    }
  }
}

/// The running error of one inner product in eight lanes, joined after so many terms.
private func roundingOfInnerProduct(
  _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, bias: Float, depth: Int
) throws -> Float {
  var (sum, running) = (Float(0), SIMD8<Float>.zero)
  var joined: Float = 0
  for start in stride(from: 0, to: depth, by: InnerProducts.depthAtOnce) {
    try Cancellation.check()
    let end = min(depth, start + InnerProducts.depthAtOnce)
    var lanes = SIMD8<Float>.zero
    var term = start
    while term < end {
      if term + 8 <= end {
        lanes = lanes.addingProduct(vector(first + term), vector(second + term))
      } else {
        for index in 0..<end - term {
          lanes[index] = lanes[index].addingProduct(first[term + index], second[term + index])
        }
      }
      running += lanes.replacing(with: -lanes, where: lanes .< 0)
      term += 8
    }
    let four = lanes.lowHalf + lanes.highHalf
    let two = four.lowHalf + four.highHalf
    let one = two.x + two.y
    sum += one
    for value in [four.x, four.y, four.z, four.w, two.x, two.y, one, sum] { joined += abs(value) }
  }
  if bias != 0 { joined += abs(sum + bias) }
  let slack = boundSlack(terms: 2 * depth)
  let total = joined + running.sum()
  // Without a term that is not zero nothing was rounded.
  return total == 0 ? 0 : total * Float.unitRoundoff * slack.factor + slack.underflow
}
