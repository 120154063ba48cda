import CProcessor
import CVectors

/// Where the outputs of a chunk of tiles go.
///
/// They are computed into lines, for each filter one of the upper rows of all tiles and one of the
/// lower, and copied from there to their rows.
struct WinogradTarget: Sendable {
  /// Floats from the line of the upper rows to that of the lower ones, and from filter to filter.
  let linePitch: Int
  var filterPitch: Int { 2 * linePitch }
  private let planeSize: Int
  /// The parts of the lines, and their places counted from the filter's plane in the first image.
  private var segments: [dpu_segment] = []
  private let isWide = VectorWidth.isWide

  init(tiles: WinogradTiles, runs: [WinogradTiles.Run], blocks: Int, channels: Int) {
    linePitch = blocks * 32
    planeSize = tiles.outHeight * tiles.outWidth
    segments.reserveCapacity(2 * runs.count)
    for run in runs {
      for row in 0..<min(2, tiles.outHeight - run.row * 2) {
        segments.append(
          dpu_segment(
            source: row * linePitch + run.position * 2,
            target: run.image * channels * planeSize + (run.row * 2 + row) * tiles.outWidth
              + run.column * 2,
            count: min(run.count * 2, tiles.outWidth - run.column * 2)))
      }
    }
  }

  /// Asks for the rows that ``write(_:to:filter:)`` will write.
  func prefetch(_ output: UnsafeMutablePointer<Float>, filter: Int) {
    let plane = output + filter * planeSize
    for segment in segments {
      for x in stride(from: 0, to: segment.count, by: 16) {
        dpu_prefetch_to_write(plane + segment.target + x)
      }
    }
  }

  /// ``winogradOutputs(_:_:_:_:_:)`` with wide vectors.
  func writeWide(
    _ products: UnsafePointer<Float>, _ filters: Int, _ shifts: WinogradConvolution.Shifts,
    to lines: UnsafeMutablePointer<Float>
  ) -> Bool {
    withUnsafePointer(
      to: dpu_winograd_lines(lines: lines, line_pitch: linePitch, filter_pitch: filterPitch)
    ) { place in
      shifts.span.withUnsafeBufferPointer {
        dpu_wide_winograd_outputs(Int32(filters), products, $0.baseAddress, place)
      }
    }
  }

  /// Copies the lines of one filter to their rows.
  func write(
    _ lines: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, filter: Int
  ) {
    let plane = output + filter * planeSize
    if isWide { return dpu_wide_copy_segments(lines, segments, segments.count, plane) }
    for segment in segments {
      copyOverlapping(lines + segment.source, to: plane + segment.target, count: segment.count)
    }
  }
}

/// Aᵀ · m · A for sixteen tiles of each filter, whose products are `[16, filter, 16 tiles]`, and the
/// filter's shift added: the lines of the outputs.
///
/// - Returns: whether all results are finite.
@inline(__always)
func winogradOutputs<let rows: Int>(
  _ tile: Tile<rows>, _ products: UnsafePointer<Float>, _ shifts: WinogradConvolution.Shifts,
  _ lines: UnsafeMutablePointer<Float>, _ target: WinogradTarget
) -> Bool {
  var check = SIMD8<Float>.zero
  for row in 0..<rows {
    let shift = SIMD8<Float>(repeating: shifts[row])
    for half in 0..<2 {
      let (a, b, c, d) = winogradOutput(products + row * 16 + half * 8, pitch: rows * 16)
      let results = (a + shift, b + shift, c + shift, d + shift)
      // A product with zero is zero for finite values only.
      var zero = results.0 * 0
      zero.addProduct(results.1, 0)
      zero.addProduct(results.2, 0)
      zero.addProduct(results.3, 0)
      check += zero
      let upper = lines + row * target.filterPitch + half * 16
      interleave(results.0, results.1, to: upper)
      interleave(results.2, results.3, to: upper + target.linePitch)
    }
  }
  return check == .zero
}

/// Aᵀ · m · A for eight tiles, whose sixteen products are `pitch` apart.
///
/// - Returns: the left and the right outputs of their upper rows, and those of their lower rows.
@inline(__always)
private func winogradOutput(
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

/// Writes even and odd elements in turn.
@inline(__always)
private func interleave(
  _ a: SIMD8<Float>, _ b: SIMD8<Float>, to target: UnsafeMutablePointer<Float>
) {
  store8(SIMD8(a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3]), target)
  store8(SIMD8(a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7]), target + 8)
}
