// The linear maps of Winograd's F(2×2, 3×3), from A. Lavin and S. Gray, "Fast Algorithms for
// Convolutional Neural Networks" (2015). Every coefficient is 0, ±1 or ±1/2, so that they add
// little rounding.

/// Transforms one 3×3 filter, given as the weight of a tap 0..<9, to 4×4: G · g · Gᵀ.
@inline(__always)
func winogradFilter(
  _ weight: (Int) -> Float, to target: UnsafeMutablePointer<Float>, pitch: Int
) {
  let first = winogradLine(weight(0), weight(3), weight(6))
  let second = winogradLine(weight(1), weight(4), weight(7))
  let third = winogradLine(weight(2), weight(5), weight(8))
  for row in 0..<4 {
    let line = winogradLine(first[row], second[row], third[row])
    for column in 0..<4 { target[(row * 4 + column) * pitch] = line[column] }
  }
}

@inline(__always)
private func winogradLine(_ a: Float, _ b: Float, _ c: Float) -> SIMD4<Float> {
  let outer = a + c
  return SIMD4(a, (outer + b) * 0.5, (outer - b) * 0.5, c)
}

/// Transforms the source of a chunk of tiles, channel by channel: Bᵀ · d · B.
struct WinogradSource {
  let tiles: WinogradTiles
  let runs: [WinogradTiles.Run]
  /// Tiles of the chunk in blocks of sixteen.
  let blocks: Int
  let channels: Int

  /// Floats of scratch that ``transform(_:imageSize:channel:to:scratch:)`` needs.
  var scratchSize: Int { 16 * linePitch + runs.count * 4 * rowPitch + tiles.sourceWidth + 8 }

  private var linePitch: Int { blocks * 16 + 8 }
  private var rowPitch: Int { min(tiles.columns, blocks * 16) * 2 + 34 }

  /// Zeros the scratch: what no channel writes is padding.
  func prepare(_ scratch: UnsafeMutablePointer<Float>) {
    scratch.update(repeating: 0, count: scratchSize)
  }

  /// Transforms one channel of every tile, from its plane in the first image, `imageSize` elements
  /// before that in the second, to `[blocks, 16, channels, 16]`.
  func transform(
    _ source: UnsafePointer<Float>, imageSize: Int, channel: Int,
    to target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let rows = scratch + 16 * linePitch
    // All rows first: a load that spans two stores waits until both have left the store buffer.
    for (index, run) in runs.enumerated() {
      tiles.sourceRows(of: run, zeros: rows + runs.count * 4 * rowPitch).mix(
        source + run.image * imageSize, to: rows + index * 4 * rowPitch, pitch: rowPitch)
    }
    for (index, run) in runs.enumerated() {
      for x in stride(from: 0, to: run.count, by: 8) {
        let place = scratch + run.position + x
        for row in 0..<4 {
          mixColumns(
            rows + (index * 4 + row) * rowPitch + 2 * x, place + row * 4 * linePitch)
        }
      }
    }
    for block in 0..<blocks {
      var place = target + (block * 16 * channels + channel) * 16
      var line = UnsafePointer(scratch + block * 16)
      for _ in 0..<16 {
        let (low, high) = (vector(line), vector(line + 8))
        store8(low, place)
        store8(high, place + 8)
        place += channels * 16
        line += linePitch
      }
    }
  }

  /// (…) · B for eight tiles of one line, which start at every second element.
  @inline(__always)
  private func mixColumns(_ line: UnsafePointer<Float>, _ place: UnsafeMutablePointer<Float>) {
    let near = SIMD16(lowHalf: vector(line), highHalf: vector(line + 8))
    let far = SIMD16(lowHalf: vector(line + 2), highHalf: vector(line + 10))
    let difference = near - far
    let (second, third) = (near.oddHalf, far.evenHalf)
    store8(difference.evenHalf, place)
    store8(second + third, place + linePitch)
    store8(third - second, place + 2 * linePitch)
    store8(difference.oddHalf, place + 3 * linePitch)
  }
}

/// Aᵀ · m · A for eight tiles, whose sixteen products are `pitch` apart.
///
/// - Returns: the upper and the lower row of their outputs, side by side.
@inline(__always)
func winogradOutput(
  _ products: UnsafePointer<Float>, pitch: Int
) -> (upper: SIMD16<Float>, lower: SIMD16<Float>) {
  @inline(__always)
  func column(_ index: Int) -> (SIMD8<Float>, SIMD8<Float>) {
    let (a, b) = (vector(products + index * pitch), vector(products + (4 + index) * pitch))
    let (c, d) = (vector(products + (8 + index) * pitch), vector(products + (12 + index) * pitch))
    return (a + (b + c), (b - c) - d)
  }
  let (first, second, third, fourth) = (column(0), column(1), column(2), column(3))
  var upper = SIMD16<Float>()
  upper.evenHalf = first.0 + (second.0 + third.0)
  upper.oddHalf = (second.0 - third.0) - fourth.0
  var lower = SIMD16<Float>()
  lower.evenHalf = first.1 + (second.1 + third.1)
  lower.oddHalf = (second.1 - third.1) - fourth.1
  return (upper, lower)
}
