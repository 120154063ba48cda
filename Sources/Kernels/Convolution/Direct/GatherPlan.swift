import Running

/// A sum over taps as every convolution and every part of its input's gradient is one: each output
/// at (y, x) adds, over source channels and taps,
/// weight · source[steps.rows · y + row, steps.columns · x + column].
///
/// Rows and columns of taps count from the corner of the padded source. The padded planes are split
/// by the remainders of row and column modulo the steps, so that neighbours of one output row are
/// neighbours in memory: see ``TapAxis``.
struct GatherPlan: Sendable {
  /// Positions of a band at most, 112 vectors of eight: they stay in the first-level cache. The order
  /// of the weight gradient's sums follows from it, so that another number gives other digits.
  static let bandPositions = 896
  /// Planes of more floats than these are packed.
  private static let unpackedFloats = 1 << 16
  /// What clamped products are cut to, so that a band can be added.
  private static let countLimit = 1 << 62

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
  /// Rows and columns of the source from one output to the next.
  let steps: Pair
  let taps: [Tap]
  let outHeight: Int
  let outWidth: Int

  /// Output rows of one unit of work: as many as keep a unit's vectors in the first-level cache.
  let bandRows: Int
  /// Whether groups go straight through a plane, junk columns included, as that takes fewer.
  let goesThrough: Bool
  /// Elements from one row of a padded plane to the next.
  var pitch: Int { columns.length }
  /// Elements of one padded plane, of one remainder, for one band.
  let planeSize: Int
  private let rows: TapAxis
  private let columns: TapAxis

  /// Makes the plan; the lists that it holds have been claimed.
  ///
  /// - Throws: ``Cancelled``.
  init(
    sourceHeight: Int, sourceWidth: Int, padTop: Int, padLeft: Int, steps: Pair, taps: [Tap],
    outHeight: Int, outWidth: Int
  ) throws {
    self.sourceHeight = sourceHeight
    self.sourceWidth = sourceWidth
    self.padTop = padTop
    self.padLeft = padLeft
    self.steps = steps
    self.taps = taps
    self.outHeight = outHeight
    self.outWidth = outWidth
    let tapRows = try claimedList(taps.count) { taps[$0].row }
    let tapColumns = try claimedList(taps.count) { taps[$0].column }
    let lastRow = tapRows.max() ?? 0
    let lastColumn = tapColumns.max() ?? 0
    var pitch = outWidth + lastColumn / steps.columns
    if steps.columns == 1 && padLeft > 0 {
      // The zeros right of one row are the zeros left of the next.
      pitch = max(outWidth, padLeft + sourceWidth, pitch - padLeft)
    }
    // Bands, and whether groups go through them, decide the order of the weight gradient's sums: they
    // follow from the pitch of whole rows, packed or not.
    let bands = max(
      1,
      (min(clampedProduct(outHeight, pitch), Self.countLimit) + Self.bandPositions - 1)
        / Self.bandPositions)
    let bandRows = (outHeight + bands - 1) / bands
    self.bandRows = bandRows
    goesThrough =
      ((bandRows - 1) * pitch + outWidth + 7) / 8 <= bandRows * ((outWidth + 7) / 8)
    let tail = max(0, outWidth + lastColumn / steps.columns - pitch)
    let size = clampedProduct(bandRows + lastRow / steps.rows, pitch)
    if size > Self.unpackedFloats {
      let rows = try TapAxis(taps: tapRows, step: steps.rows, packedFor: bandRows)
      // Groups that go from row to row need whole ones, which then are short.
      let columns =
        goesThrough && bandRows > 1
        ? try TapAxis(taps: tapColumns, step: steps.columns, length: pitch)
        : try TapAxis(taps: tapColumns, step: steps.columns, packedFor: outWidth)
      let packed = clampedProduct(rows.length, columns.length)
      if packed < size / 4 {
        (self.rows, self.columns) = (rows, columns)
        planeSize = (packed + (columns.length == pitch ? tail : 0) + 7) / 8 * 8
        return
      }
    }
    planeSize = (size + tail + 7) / 8 * 8
    rows = try TapAxis(taps: tapRows, step: steps.rows, length: planeSize / pitch)
    columns = try TapAxis(taps: tapColumns, step: steps.columns, length: pitch)
  }

  /// Whether the padded plane of a band is a part of the source plane as it lies.
  private var isCopy: Bool {
    steps == 1 && padTop == 0 && padLeft == 0 && pitch == sourceWidth && rows.isWhole
      && columns.isWhole
  }

  /// Bands of output rows.
  var bands: Int { (outHeight + bandRows - 1) / bandRows }

  /// The output rows of a band.
  func rows(_ band: Int) -> Range<Int> {
    band * bandRows..<min(outHeight, (band + 1) * bandRows)
  }

  /// Where each group of eight outputs of a full band begins, as an offset y · pitch + x.
  ///
  /// Either straight through the plane or row after row, a row's last group reaching past its end.
  ///
  /// - Throws: ``Cancelled``.
  func groups() throws -> [Int] {
    if goesThrough {
      return try claimedList(((bandRows - 1) * pitch + outWidth + 7) / 8) { $0 * 8 }
    }
    let perRow = (outWidth + 7) / 8
    return try claimedList(bandRows * perRow) { $0 / perRow * pitch + $0 % perRow * 8 }
  }

  /// Floats of all padded planes of one channel, one for each pair of remainders.
  var channelSize: Int { rows.runs.count * columns.runs.count * planeSize }

  /// Each tap's offset into the planes of `channels` channels, channel by channel.
  ///
  /// - Throws: ``Cancelled``.
  func offsets(channels: Int) throws -> [Int] {
    let own = try claimedList(taps.count) { index in
      let tap = taps[index]
      let (row, column) = (rows.place(of: tap.row), columns.place(of: tap.column))
      let plane = row.remainder * columns.runs.count + column.remainder
      return plane * planeSize + row.place * pitch + column.place
    }
    return try claimedList(channels * own.count) {
      $0 / own.count * channelSize + own[$0 % own.count]
    }
  }

  /// Floats of the padded planes of `channels` channels, with room to read past the end.
  func planesSize(channels: Int) -> Int { channels * channelSize + pitch + 32 }

  /// Copies one source plane into the padded planes of a band.
  ///
  /// - Throws: ``Cancelled``.
  func load(
    _ planes: UnsafeMutablePointer<Float>, from source: UnsafePointer<Float>, band: Int
  ) throws {
    let firstRow = band * bandRows * steps.rows - padTop
    if isCopy {
      let count = min(planeSize / pitch, sourceHeight - firstRow) * pitch
      try copy(source + firstRow * pitch, to: planes, count: count)
      return try fill(planes + count, count: planeSize - count)
    }
    var plane = planes
    for rowRuns in rows.runs {
      for columnRuns in columns.runs {
        var target = plane
        for run in rowRuns {
          try Cancellation.check()
          for index in 0..<run.count {
            let y = firstRow + run.position + index * steps.rows
            let isInside = y >= 0 && y < sourceHeight
            try loadRow(
              target, from: source + (isInside ? y * sourceWidth : 0),
              width: isInside ? sourceWidth : 0, columnRuns)
            target += pitch
          }
        }
        try fill(target, count: planeSize - (target - plane))
        plane += planeSize
      }
    }
  }

  /// Writes one row of a plane from one row of the source, zeros outside 0..<width.
  @inline(__always)
  private func loadRow(
    _ target: UnsafeMutablePointer<Float>, from source: UnsafePointer<Float>, width: Int,
    _ runs: [TapAxis.Run]
  ) throws {
    var end = 0
    for run in runs {
      try copySteps(
        target + run.place, count: run.count, from: source, column: run.position - padLeft,
        step: steps.columns, width: width)
      end = run.place + run.count
    }
    for x in end..<pitch { target[x] = 0 }
  }
}

/// Writes `count` elements of a source row from `column` on, `step` apart, zeros outside 0..<width.
///
/// - Throws: ``Cancelled``.
func copySteps(
  _ target: UnsafeMutablePointer<Float>, count: Int, from source: UnsafePointer<Float>,
  column: Int, step: Int, width: Int
) throws {
  try Cancellation.forEachPiece(of: count) { piece in
    copyPiece(
      target + piece.lowerBound, count: piece.count, from: source,
      column: column + piece.lowerBound * step, step: step, width: width)
  }
}

private func copyPiece(
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
