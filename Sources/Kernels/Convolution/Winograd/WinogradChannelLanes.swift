import CVectors

/// Winograd's transforms with eight or sixteen channels side by side, for sums over tiles.
struct WinogradChannelLanes {
  let tiles: WinogradTiles
  let channels: Int
  /// Channels of one tile in memory.
  let pitch: Int
  private let isWide = VectorWidth.isWide
  /// The columns and the rows of the lines in scratch that the last run wrote; the rest of them is
  /// zero. Runs are alike but for the first and the last.
  private(set) var written: (columns: Range<Int>, rows: Int)?

  /// Channels of a vector.
  private var lanes: Int { isWide ? 16 : 8 }

  /// Floats of scratch that a transform needs.
  var scratchSize: Int { 64 * rowPitch + tiles.sourceWidth + 8 }

  private var rowPitch: Int { min(tiles.columns, tiles.chunkBlocks * 16) * 2 + 16 }

  /// Transforms the source of a run, Bᵀ · d · B, to `[16, tilePitch, pitch]`. The scratch is this
  /// transform's own as long as there are runs.
  mutating func transformSource(
    _ image: UnsafePointer<Float>, _ run: WinogradTiles.Run,
    to target: UnsafeMutablePointer<Float>, tilePitch: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    let (lines, turned) = (scratch, scratch + 32 * rowPitch)
    let zeros = turned + 32 * rowPitch
    let rows = tiles.sourceRows(of: run)
    if clear(scratch, toWrite: rows.first..<rows.first + rows.length, rows: 4) {
      zeros.update(repeating: 0, count: tiles.sourceWidth + 8)
    }
    let step = tilePitch * pitch
    for channel in stride(from: 0, to: channels, by: lanes) {
      let taken = min(lanes, channels - channel)
      if isWide {
        let plane = tiles.sourceHeight * tiles.sourceWidth
        let offsets = rows.offsets
        withUnsafePointer(
          to: dpu_winograd_rows(
            planes: image + channel * plane, plane_pitch: plane,
            rows: (offsets.0 ?? -1, offsets.1 ?? -1, offsets.2 ?? -1, offsets.3 ?? -1),
            length: rows.length, channels: taken, lines: lines + rows.first,
            line_pitch: rowPitch, channel_pitch: 4 * rowPitch)
        ) { dpu_wide_winograd_mix($0) }
        withUnsafePointer(to: channels(channel, of: run, lines, to: target, step)) {
          dpu_wide_winograd_source_channels($0)
        }
        continue
      }
      for lane in 0..<taken {
        rows.mix(
          image + (channel + lane) * tiles.sourceHeight * tiles.sourceWidth, zeros: zeros,
          to: lines + lane * 4 * rowPitch, pitch: rowPitch)
      }
      for line in 0..<4 {
        turn(lines + line * rowPitch, 4 * rowPitch, run.count * 2 + 2, turned)
        var (place, source) = (target + line * 4 * step + run.position * pitch + channel, turned)
        for _ in 0..<run.count {
          let (a, b) = (vector(source), vector(source + 8))
          let (c, d) = (vector(source + 16), vector(source + 24))
          store8(a - c, place)
          store8(b + c, place + step)
          store8(c - b, place + 2 * step)
          store8(b - d, place + 3 * step)
          place += pitch
          source += 16
        }
      }
    }
  }

  /// Transforms the upstream gradient of a run, A · y · Aᵀ, to `[16, tilePitch, pitch]`. The scratch
  /// is this transform's own as long as there are runs.
  mutating func transformUpstream(
    _ image: UnsafePointer<Float>, _ run: WinogradTiles.Run,
    to target: UnsafeMutablePointer<Float>, tilePitch: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    let (lines, turned) = (scratch, scratch + 32 * rowPitch)
    let (height, width) = (tiles.outHeight, tiles.outWidth)
    let count = min(run.count * 2, width - run.column * 2)
    clear(scratch, toWrite: 0..<count, rows: min(2, height - run.row * 2))
    let step = tilePitch * pitch
    for channel in stride(from: 0, to: channels, by: lanes) {
      let taken = min(lanes, channels - channel)
      if isWide {
        let (plane, row) = (height * width, run.row * 2)
        let start = row * width + run.column * 2
        withUnsafePointer(
          to: dpu_winograd_rows(
            planes: image + channel * plane, plane_pitch: plane,
            rows: (start, row + 1 < height ? start + width : -1, -1, -1), length: count,
            channels: taken, lines: lines, line_pitch: rowPitch, channel_pitch: 4 * rowPitch)
        ) { dpu_wide_winograd_copy($0) }
        withUnsafePointer(to: channels(channel, of: run, lines, to: target, step)) {
          dpu_wide_winograd_upstream_channels($0)
        }
        continue
      }
      for lane in 0..<taken {
        for row in 0..<min(2, height - run.row * 2) {
          let plane = image + (channel + lane) * height * width
          copyOverlapping(
            plane + (run.row * 2 + row) * width + run.column * 2,
            to: lines + (lane * 4 + row) * rowPitch, count: count)
        }
      }
      let lower = turned + 16 * rowPitch
      turn(lines, 4 * rowPitch, run.count * 2, turned)
      turn(lines + rowPitch, 4 * rowPitch, run.count * 2, lower)
      var place = target + run.position * pitch + channel
      for tile in 0..<run.count {
        let (a, b) = (vector(turned + tile * 16), vector(turned + tile * 16 + 8))
        let (c, d) = (vector(lower + tile * 16), vector(lower + tile * 16 + 8))
        spread(a, b, place, step)
        spread(a + c, b + d, place + 4 * step, step)
        spread(a - c, b - d, place + 8 * step, step)
        spread(-c, -d, place + 12 * step, step)
        place += pitch
      }
    }
  }

  /// Zeros the lines unless a run wrote the same part of them.
  ///
  /// - Returns: whether it did.
  @discardableResult
  private mutating func clear(
    _ lines: UnsafeMutablePointer<Float>, toWrite columns: Range<Int>, rows: Int
  ) -> Bool {
    if let written, written == (columns, rows) { return false }
    lines.update(repeating: 0, count: 4 * lanes * rowPitch)
    written = (columns, rows)
    return true
  }

  /// Sixteen channels for wide vectors.
  private func channels(
    _ channel: Int, of run: WinogradTiles.Run, _ lines: UnsafePointer<Float>,
    to target: UnsafeMutablePointer<Float>, _ step: Int
  ) -> dpu_winograd_channels {
    dpu_winograd_channels(
      lines: lines, channel_pitch: 4 * rowPitch, line_pitch: rowPitch, tiles: run.count,
      target: target + run.position * pitch + channel, tile_pitch: pitch, element_pitch: step)
  }

  @inline(__always)
  private func spread(
    _ a: SIMD8<Float>, _ b: SIMD8<Float>, _ place: UnsafeMutablePointer<Float>, _ step: Int
  ) {
    store8(a, place)
    store8(a + b, place + step)
    store8(a - b, place + 2 * step)
    store8(-b, place + 3 * step)
  }

  /// Turns eight lines into one line of groups of eight.
  @inline(__always)
  private func turn(
    _ lines: UnsafePointer<Float>, _ linePitch: Int, _ count: Int,
    _ target: UnsafeMutablePointer<Float>
  ) {
    for x in stride(from: 0, to: count, by: 8) { transpose(lines + x, linePitch, target + x * 8) }
  }
}

/// Transposes 8×8 elements, whose lines are `pitch` apart, to a dense square.
@inline(__always)
func transpose(
  _ source: UnsafePointer<Float>, _ pitch: Int, _ target: UnsafeMutablePointer<Float>
) {
  // Pairs, then pairs of pairs within the halves, then the halves.
  let first = transposeHalf(source, pitch)
  let second = transposeHalf(source + 4 * pitch, pitch)
  for column in 0..<4 {
    store8(
      SIMD8(lowHalf: first[column].lowHalf, highHalf: second[column].lowHalf),
      target + column * 8)
    store8(
      SIMD8(lowHalf: first[column].highHalf, highHalf: second[column].highHalf),
      target + (column + 4) * 8)
  }
}

/// Four lines: vector i holds elements i of all four, then elements i + 4.
@inline(__always)
private func transposeHalf(
  _ source: UnsafePointer<Float>, _ pitch: Int
) -> InlineArray<4, SIMD8<Float>> {
  let (a, b) = (vector(source), vector(source + pitch))
  let (c, d) = (vector(source + 2 * pitch), vector(source + 3 * pitch))
  let (e, f) = (pairsLow(a, b), pairsHigh(a, b))
  let (g, h) = (pairsLow(c, d), pairsHigh(c, d))
  return [fourLow(e, g), fourHigh(e, g), fourLow(f, h), fourHigh(f, h)]
}

@inline(__always)
private func pairsLow(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
  SIMD8(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5])
}

@inline(__always)
private func pairsHigh(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
  SIMD8(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7])
}

@inline(__always)
private func fourLow(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
  SIMD8(a[0], a[1], b[0], b[1], a[4], a[5], b[4], b[5])
}

@inline(__always)
private func fourHigh(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
  SIMD8(a[2], a[3], b[2], b[3], a[6], a[7], b[6], b[7])
}
