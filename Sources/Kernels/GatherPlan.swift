/// A sum over taps as every convolution and every part of its input's gradient is one: each output
/// at (y, x) adds, over source channels and taps, weight · source[step · y + row, step · x + column].
///
/// Rows and columns of taps count from the corner of the padded source. The padded planes are split
/// by the remainder of row and column modulo `step`, so that neighbours of one output row are
/// neighbours in memory.
struct GatherPlan: Sendable {
  /// A tap's place in the padded source and its index among a filter's weights.
  struct Tap: Sendable {
    var row: Int
    var column: Int
    var index: Int
  }

  let sourceHeight: Int
  let sourceWidth: Int
  /// Rows and columns of zeros before the source; negative where it is cropped.
  let padTop: Int
  let padLeft: Int
  let step: Int
  let taps: [Tap]
  let outHeight: Int
  let outWidth: Int

  /// Output rows of one unit of work: as many as keep a unit's vectors in the first-level cache.
  let bandRows: Int
  /// Elements from one row of a padded plane to the next.
  let pitch: Int
  /// Elements of one padded plane, of one remainder, for one band.
  let planeSize: Int

  init(
    sourceHeight: Int, sourceWidth: Int, padTop: Int, padLeft: Int, step: Int, taps: [Tap],
    outHeight: Int, outWidth: Int
  ) {
    self.sourceHeight = sourceHeight
    self.sourceWidth = sourceWidth
    self.padTop = padTop
    self.padLeft = padLeft
    self.step = step
    self.taps = taps
    self.outHeight = outHeight
    self.outWidth = outWidth
    let lastRow = taps.reduce(0) { max($0, $1.row) }
    let lastColumn = taps.reduce(0) { max($0, $1.column) }
    var pitch = outWidth + lastColumn / step
    if step == 1 && padLeft > 0 {
      // The zeros right of one row are the zeros left of the next.
      pitch = max(outWidth, padLeft + sourceWidth, pitch - padLeft)
    }
    let bands = (outHeight * pitch + 895) / 896
    bandRows = (outHeight + bands - 1) / bands
    let rows = bandRows + lastRow / step
    self.pitch = pitch
    planeSize = (rows * pitch + max(0, outWidth + lastColumn / step - pitch) + 7) / 8 * 8
  }

  /// Bands of output rows.
  var bands: Int { (outHeight + bandRows - 1) / bandRows }

  /// The output rows of a band.
  func rows(_ band: Int) -> Range<Int> {
    band * bandRows..<min(outHeight, (band + 1) * bandRows)
  }

  /// Whether groups go straight through a plane, junk columns included, as that takes fewer.
  var goesThrough: Bool {
    ((bandRows - 1) * pitch + outWidth + 7) / 8 <= bandRows * ((outWidth + 7) / 8)
  }

  /// Where each group of eight outputs of a full band begins, as an offset y · pitch + x.
  ///
  /// Either straight through the plane or row after row, a row's last group reaching past its end.
  var groups: [Int] {
    if goesThrough { return (0..<((bandRows - 1) * pitch + outWidth + 7) / 8).map { $0 * 8 } }
    let perRow = (outWidth + 7) / 8
    return (0..<bandRows).flatMap { y in (0..<perRow).map { y * pitch + $0 * 8 } }
  }

  /// Each tap's offset into the planes of `channels` channels, channel by channel.
  func offsets(channels: Int) -> [Int] {
    (0..<channels).flatMap { channel in
      taps.map { tap in
        let remainder = tap.row % step * step + tap.column % step
        return (channel * step * step + remainder) * planeSize + tap.row / step * pitch
          + tap.column / step
      }
    }
  }

  /// Floats of the padded planes of `channels` channels, with room to read past the end.
  func planesSize(channels: Int) -> Int { channels * step * step * planeSize + pitch + 32 }

  /// Copies one source plane into the padded planes of a band.
  func fill(_ planes: UnsafeMutablePointer<Float>, from source: UnsafePointer<Float>, band: Int) {
    let firstRow = band * bandRows * step - padTop
    let rows = planeSize / pitch
    for remainder in 0..<step * step {
      let plane = planes + remainder * planeSize
      let (top, left) = (remainder / step, remainder % step)
      for row in 0..<rows {
        let y = firstRow + row * step + top
        let isInside = y >= 0 && y < sourceHeight
        fillRow(
          plane + row * pitch, count: pitch, from: source + (isInside ? y * sourceWidth : 0),
          column: left - padLeft, step: step, width: isInside ? sourceWidth : 0)
      }
      (plane + rows * pitch).update(repeating: 0, count: planeSize - rows * pitch)
    }
  }
}

/// Writes `count` elements of a source row from `column` on, zeros outside 0..<width.
private func fillRow(
  _ target: UnsafeMutablePointer<Float>, count: Int, from source: UnsafePointer<Float>,
  column: Int, step: Int, width: Int
) {
  let first = min(count, column >= 0 ? 0 : (step - 1 - column) / step)
  let last = max(first, min(count, column >= width ? 0 : (width - column + step - 1) / step))
  for x in 0..<first { target[x] = 0 }
  if step == 1 {
    for x in first..<last { target[x] = source[column + x] }
  } else {
    for x in first..<last { target[x] = source[column + x * step] }
  }
  for x in last..<count { target[x] = 0 }
}
