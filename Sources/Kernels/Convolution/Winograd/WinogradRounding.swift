import Running

/// By how much the outputs of ``WinogradConvolution`` can be wrong: running error analysis of its
/// sixteen sums, and for its transforms, which add and subtract what the output does not contain,
/// the magnitudes of what they are given.
///
/// A filter's transform rounds four times on the way to a value, a source's twice, and that of the
/// products four times.
struct WinogradRounding: Sendable {
  let shape: ConvolutionShape

  /// A 4 × 4 tile.
  private typealias Square = SIMD16<Float>

  /// Writes the bound: as ``Convolution/rounding(input:weight:bias:rounding:shape:)``.
  func run(
    input: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rounding: UnsafeMutablePointer<Float>
  ) throws {
    let channels = shape.groupInChannels
    let tiles = ((shape.outHeight + 1) / 2, (shape.outWidth + 1) / 2)
    let pairs = shape.outChannels * channels
    let work = 100 * shape.batch * tiles.0 * tiles.1 * pairs
    try Scratch.withFloats(pairs * 32) { packed in
      for pair in 0..<pairs {
        if pair & 0xff == 0 { try Cancellation.check() }
        let (filter, target) = (weight + pair * 9, packed + pair * 32)
        winogradFilter({ filter[$0] }, to: target, pitch: 1)
        winogradFilter({ abs(filter[$0]) }, to: target + 16, pitch: 1)
        // Where two are subtracted their magnitudes add up.
        for index in 0..<16 where index / 4 == 2 || index % 4 == 2 {
          let (row, column) = (index / 4 == 2 ? 1 : index / 4, index % 4 == 2 ? 1 : index % 4)
          target[16 + index] = target[16 + row * 4 + column]
        }
      }
      let (packed, input) = (Shared(packed), Shared(input))
      let (bias, rounding) = (Shared(bias), Shared(rounding))
      try Parallel.forEach(shape.batch * tiles.0 * tiles.1, work: work) { task in
        let (place, image) = (task % (tiles.0 * tiles.1), task / (tiles.0 * tiles.1))
        let corner = (row: place / tiles.1 * 2, column: place % tiles.1 * 2)
        try Scratch.withFloats(shape.inChannels * 32) { source in
          for channel in 0..<shape.inChannels {
            let plane = input.pointer + (image * shape.inChannels + channel) * shape.inPlane
            transform(plane, corner, to: source + channel * 32)
          }
          for filter in 0..<shape.outChannels {
            try Cancellation.check()
            let group = filter / shape.groupOutChannels
            write(
              bound(
                packed.pointer + filter * channels * 32, source + group * channels * 32,
                bias: bias.pointer?[filter] ?? 0),
              at: corner,
              to: rounding.pointer + (image * shape.outChannels + filter) * shape.outPlane)
          }
        }
      }
    }
  }

  /// Bᵀ · d · B of the tile at a corner, and the same of magnitudes alone.
  private func transform(
    _ plane: UnsafePointer<Float>, _ corner: (row: Int, column: Int),
    to target: UnsafeMutablePointer<Float>
  ) {
    var tile = Square.zero
    for index in 0..<16 {
      let row = corner.row + index / 4 - shape.rows.padding
      let column = corner.column + index % 4 - shape.columns.padding
      guard (0..<shape.height).contains(row), (0..<shape.width).contains(column) else { continue }
      tile[index] = plane[row * shape.width + column]
    }
    func mixed(_ tile: Square, sign: Float) -> Square {
      func line(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>)
        -> Square
      {
        Square(
          lowHalf: SIMD8(lowHalf: a + sign * c, highHalf: b + c),
          highHalf: SIMD8(lowHalf: c + sign * b, highHalf: b + sign * d))
      }
      func both(_ tile: Square) -> Square {
        let (low, high) = (tile.lowHalf, tile.highHalf)
        return line(low.lowHalf, low.highHalf, high.lowHalf, high.highHalf)
      }
      return both(both(tile).transposed).transposed
    }
    store16(mixed(tile, sign: -1), target)
    store16(mixed(tile.replacing(with: -tile, where: tile .< 0), sign: 1), target + 16)
  }

  /// By how much the four outputs of a tile can be wrong.
  private func bound(
    _ filter: UnsafePointer<Float>, _ source: UnsafePointer<Float>, bias: Float
  ) -> SIMD4<Float> {
    var (sum, running, magnitudes) = (Square.zero, Square.zero, Square.zero)
    for channel in 0..<shape.groupInChannels {
      let (filter, source) = (filter + channel * 32, source + channel * 32)
      sum = sum.addingProduct(vector16(filter), vector16(source))
      running += sum.replacing(with: -sum, where: sum .< 0)
      magnitudes = magnitudes.addingProduct(vector16(filter + 16), vector16(source + 16))
    }
    guard magnitudes != .zero else { return .zero }
    let largest = sum.replacing(with: -sum, where: sum .< 0)
    let spread = running + 6 * magnitudes + 4 * largest
    let results = outputs(sum, sign: -1) + bias
    let total = outputs(spread, sign: 1) + results.replacing(with: -results, where: results .< 0)
    let slack = boundSlack(terms: 16 * shape.groupInChannels)
    return total * Float.unitRoundoff * slack.factor + slack.underflow
  }

  /// Aᵀ · m · A, or the same with nothing subtracted.
  private func outputs(_ tile: Square, sign: Float) -> SIMD4<Float> {
    func line(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>)
      -> (SIMD4<Float>, SIMD4<Float>)
    {
      (a + (b + c), (b + sign * c) + sign * d)
    }
    let (low, high) = (tile.lowHalf, tile.highHalf)
    let rows = line(low.lowHalf, low.highHalf, high.lowHalf, high.highHalf)
    func columns(_ row: SIMD4<Float>) -> SIMD2<Float> {
      SIMD2(row[0] + (row[1] + row[2]), (row[1] + sign * row[2]) + sign * row[3])
    }
    return SIMD4(lowHalf: columns(rows.0), highHalf: columns(rows.1))
  }

  private func write(
    _ values: SIMD4<Float>, at corner: (row: Int, column: Int),
    to plane: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<4 {
      let (row, column) = (corner.row + index / 2, corner.column + index % 2)
      guard row < shape.outHeight, column < shape.outWidth else { continue }
      plane[row * shape.outWidth + column] = values[index]
    }
  }
}

extension SIMD16<Float> {
  /// Rows as columns, of four by four.
  @inline(__always)
  fileprivate var transposed: SIMD16<Float> {
    SIMD16(
      self[0], self[4], self[8], self[12], self[1], self[5], self[9], self[13], self[2], self[6],
      self[10], self[14], self[3], self[7], self[11], self[15])
  }
}

@inline(__always)
private func vector16(_ source: UnsafePointer<Float>) -> SIMD16<Float> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD16<Float>.self)
}

@inline(__always)
private func store16(_ value: SIMD16<Float>, _ target: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(of: value, as: SIMD16<Float>.self)
}
