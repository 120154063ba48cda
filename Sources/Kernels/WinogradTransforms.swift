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
  private let rows: [WinogradRows]

  init(tiles: WinogradTiles, runs: [WinogradTiles.Run], blocks: Int, channels: Int) {
    self.tiles = tiles
    self.runs = runs
    self.blocks = blocks
    self.channels = channels
    rows = runs.map { tiles.sourceRows(of: $0) }
  }

  /// Whether each block of sixteen tiles has a region of its own, `[blocks, 16, channels, 16]`, at
  /// the price of a copy; or all are side by side, `[16, channels, linePitch]`. Many channels far
  /// apart would cost more than the copy.
  private var isPacked: Bool { channels > 64 }

  /// Floats of all tiles of one channel: an odd number of half cache lines, so that channels do not
  /// compete for the same places of the cache, and room for a vector that reaches past the end.
  private var linePitch: Int { blocks * 16 + 8 }

  /// Floats from one channel to the next in the transformed source.
  var columnPitch: Int { isPacked ? 16 : linePitch }

  /// Floats from one of the sixteen elements of a tile to the next in the transformed source.
  ///
  /// The sixteen are written side by side: each needs a place of its own in the first-level cache,
  /// whose sets repeat every 1,024 floats.
  var elementPitch: Int { (channels * columnPitch + 1023) / 1024 * 1024 + 80 }

  /// Floats from one block of tiles to the next in the transformed source.
  var blockPitch: Int { isPacked ? 16 * elementPitch : 16 }

  /// Floats of the transformed source.
  var targetSize: Int { 16 * elementPitch * (isPacked ? blocks : 1) }

  /// Floats of scratch that ``transform(_:imageSize:channel:to:scratch:)`` needs.
  var scratchSize: Int {
    runs.count * 4 * rowPitch + tiles.sourceWidth + 16 + (isPacked ? 16 * linePitch : 0)
  }

  private var rowPitch: Int { min(tiles.columns, blocks * 16) * 2 + 34 }

  /// Zeros the scratch: what no channel writes is padding.
  func prepare(_ scratch: UnsafeMutablePointer<Float>) {
    scratch.update(repeating: 0, count: scratchSize)
  }

  /// Asks for a channel's plane before it is transformed.
  func prefetch(_ source: UnsafePointer<Float>, imageSize: Int) {
    for index in runs.indices { rows[index].prefetch(source + runs[index].image * imageSize) }
  }

  /// Transforms one channel of every tile, from its plane in the first image, `imageSize` elements
  /// before that in the second. Channels come in order: each may spill into the next one's line.
  func transform(
    _ source: UnsafePointer<Float>, imageSize: Int, channel: Int,
    to target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let lines = scratch + (isPacked ? 16 * linePitch : 0)
    let line = isPacked ? scratch : target + channel * linePitch
    let step = isPacked ? linePitch : elementPitch
    // All rows first: a load that spans two stores waits until both have left the store buffer.
    for index in runs.indices {
      rows[index].mixSplit(
        source + runs[index].image * imageSize, zeros: lines + runs.count * 4 * rowPitch,
        to: lines + index * 4 * rowPitch, pitch: rowPitch)
    }
    var end = 0
    for (index, run) in runs.enumerated() {
      end = run.position + run.count
      for row in 0..<4 {
        let even = lines + (index * 4 + row) * rowPitch
        let place = line + run.position + row * 4 * step
        for x in stride(from: 0, to: run.count, by: 8) {
          mixColumns(even + x, even + rowPitch / 2 + x, place + x, step)
        }
      }
    }
    // What follows the last tile is computed but not kept; it only must not be NaN.
    if end < blocks * 16 {
      for index in 0..<16 {
        for tile in end..<blocks * 16 { line[index * step + tile] = 0 }
      }
    }
    if isPacked { pack(line, to: target + channel * 16) }
  }

  /// Copies the sixteen lines of a channel to the regions of their blocks.
  @inline(__always)
  private func pack(_ lines: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    for block in 0..<blocks {
      var place = target + block * blockPitch
      var line = lines + block * 16
      for _ in 0..<16 {
        let (low, high) = (vector(line), vector(line + 8))
        store8(low, place)
        store8(high, place + 8)
        place += elementPitch
        line += linePitch
      }
    }
  }

  /// (…) · B for eight tiles of one line, given as its even and its odd columns.
  @inline(__always)
  private func mixColumns(
    _ even: UnsafePointer<Float>, _ odd: UnsafePointer<Float>,
    _ place: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    let (a, b, c, d) = (vector(even), vector(odd), vector(even + 1), vector(odd + 1))
    store8(a - c, place)
    store8(b + c, place + step)
    store8(c - b, place + 2 * step)
    store8(b - d, place + 3 * step)
  }
}

/// Aᵀ · m · A for eight tiles, whose sixteen products are `pitch` apart.
///
/// - Returns: the left and the right outputs of their upper rows, and those of their lower rows.
@inline(__always)
func winogradOutput(
  _ products: UnsafePointer<Float>, pitch: Int
) -> (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) {
  @inline(__always)
  func column(_ index: Int) -> (SIMD8<Float>, SIMD8<Float>) {
    let (a, b) = (vector(products + index * pitch), vector(products + (4 + index) * pitch))
    let (c, d) = (vector(products + (8 + index) * pitch), vector(products + (12 + index) * pitch))
    return (a + (b + c), (b - c) - d)
  }
  let (first, second, third, fourth) = (column(0), column(1), column(2), column(3))
  return (
    first.0 + (second.0 + third.0), (second.0 - third.0) - fourth.0,
    first.1 + (second.1 + third.1), (second.1 - third.1) - fourth.1
  )
}
