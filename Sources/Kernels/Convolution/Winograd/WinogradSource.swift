import CProcessor
import CVectors

/// Transforms the source of a chunk of tiles, channel by channel: Bᵀ · d · B.
struct WinogradSource {
  /// The sets of a first-level cache of 32 KB with eight ways repeat after so many floats.
  private static let floatsOfCacheSets = 1024

  /// The part of a source row that lies under the tiles of the chunk, without the padding.
  private struct Line {
    let image: Int
    /// Its first element in the plane.
    let offset: Int
  }

  let tiles: WinogradTiles
  let runs: [WinogradTiles.Run]
  /// Tiles of the chunk in blocks of sixteen.
  let blocks: Int
  let channels: Int
  /// Each source row once; neighbouring rows of tiles share two.
  private var lines: [Line] = []
  /// For each run the lines of its four rows, counted from 1; line 0 is padding.
  private var rows: [SIMD4<Int>] = []
  /// The same as ``runs``, for wide vectors.
  private var wideRuns: [dpu_winograd_run] = []
  /// Elements from one image to the next.
  private let imageSize: Int
  /// The tile column where the lines begin, and how many tiles they span.
  private let firstColumn: Int
  private let columns: Int
  private let isWide = VectorWidth.isWide
  /// Padding before the elements of a line, and how many elements there are.
  private let lead: Int
  private let length: Int

  init(
    tiles: WinogradTiles, runs: [WinogradTiles.Run], blocks: Int, channels: Int, imageSize: Int
  ) {
    self.tiles = tiles
    self.runs = runs
    self.blocks = blocks
    self.channels = channels
    self.imageSize = imageSize
    firstColumn = runs.count == 1 ? runs[0].column : 0
    columns = runs.count == 1 ? runs[0].count : tiles.columns
    let left = firstColumn * 2 - tiles.padding.columns
    let width = columns * 2 + 2
    lead = min(width, max(0, -left))
    length = max(0, min(width, tiles.sourceWidth - left) - lead)
    lines.reserveCapacity(2 * runs.count + 6)
    rows.reserveCapacity(runs.count)
    var above: WinogradTiles.Run?
    for run in runs {
      var numbers = SIMD4<Int>.zero
      if let above, above.image == run.image, let last = rows.last {
        numbers = SIMD4(last[2], last[3], 0, 0)
      } else {
        numbers[0] = addLine(run, 0, offset: left + lead)
        numbers[1] = addLine(run, 1, offset: left + lead)
      }
      numbers[2] = addLine(run, 2, offset: left + lead)
      numbers[3] = addLine(run, 3, offset: left + lead)
      rows.append(numbers)
      above = run
    }
    guard isWide else { return }
    wideRuns.reserveCapacity(runs.count)
    for (run, numbers) in zip(runs, rows) {
      wideRuns.append(
        dpu_winograd_run(
          rows: (start(numbers[0]), start(numbers[1]), start(numbers[2]), start(numbers[3])),
          lead: lead - 2 * (run.column - firstColumn), length: length, tiles: run.count,
          position: run.position))
    }
  }

  /// Where a line begins, counted from the channel's plane in the first image; −1 of padding.
  private func start(_ number: Int) -> Int {
    guard number > 0 else { return -1 }
    return lines[number - 1].image * imageSize + lines[number - 1].offset
  }

  /// Adds the line of one of the four source rows of a run.
  ///
  /// - Returns: its number; 0 where the row is padding.
  private mutating func addLine(_ run: WinogradTiles.Run, _ index: Int, offset: Int) -> Int {
    let row = run.row * 2 - tiles.padding.rows + index
    guard row >= 0, row < tiles.sourceHeight else { return 0 }
    lines.append(Line(image: run.image, offset: row * tiles.sourceWidth + offset))
    return lines.count
  }

  /// Whether each block of sixteen tiles has a region of its own, `[blocks, 16, channels, 16]`, at
  /// the price of a copy; or all are side by side, `[16, channels, linePitch]`. Many channels far
  /// apart would cost more than the copy.
  private var isPacked: Bool { channels > 64 }

  /// Floats of all tiles of one channel: an odd number of half cache lines, so that channels do not
  /// compete for the same places of the cache, and room for a vector that reaches past the end.
  private var linePitch: Int { blocks * 16 + 24 }

  /// Floats from one channel to the next in the transformed source.
  var columnPitch: Int { isPacked ? 16 : linePitch }

  /// Floats from one of the sixteen elements of a tile to the next in the transformed source.
  ///
  /// The sixteen are written side by side: each needs a place of its own in the first-level cache,
  /// so that a pitch is five lines more than whole rounds of its sets.
  var elementPitch: Int {
    let sets = Self.floatsOfCacheSets
    return (channels * columnPitch + sets - 1) / sets * sets + 80
  }

  /// Floats from one block of tiles to the next in the transformed source.
  var blockPitch: Int { isPacked ? 16 * elementPitch : 16 }

  /// Floats of the transformed source.
  var targetSize: Int { 16 * elementPitch * (isPacked ? blocks : 1) }

  /// Floats of scratch that ``transform(_:imageSize:channel:to:scratch:)`` needs.
  var scratchSize: Int {
    (isWide ? 0 : (lines.count + 1) * rowPitch) + (isPacked ? 16 * linePitch : 0)
  }

  /// Floats of a line in the scratch, its even columns and its odd ones, each with room for a vector
  /// that reaches past the end.
  private var rowPitch: Int { 2 * halfPitch }
  private var halfPitch: Int { columns + 16 }

  /// Zeros the scratch: what no channel writes is padding.
  func prepare(_ scratch: UnsafeMutablePointer<Float>) {
    scratch.update(repeating: 0, count: scratchSize)
  }

  /// Asks for a channel's plane before it is transformed.
  func prefetch(_ source: UnsafePointer<Float>) {
    for line in lines {
      let place = source + line.image * imageSize + line.offset
      for x in stride(from: 0, to: length, by: 16) { dpu_prefetch(place + x) }
    }
  }

  /// Transforms one channel of every tile, from its plane in the first image.
  func transform(
    _ source: UnsafePointer<Float>, channel: Int,
    to target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let column = target + channel * columnPitch
    let line = isPacked ? scratch : column
    let step = isPacked ? linePitch : elementPitch
    if isWide {
      dpu_wide_winograd_source(source, wideRuns, wideRuns.count, line, step)
    } else {
      transformNarrow(
        source, to: line, step, scratch: scratch + (isPacked ? 16 * linePitch : 0))
    }
    // What follows the last tile is computed but not kept; it only must not be NaN.
    let end = runs.last.map { $0.position + $0.count } ?? 0
    if end < blocks * 16 {
      for index in 0..<16 {
        for tile in end..<blocks * 16 { line[index * step + tile] = 0 }
      }
    }
    if isPacked { pack(line, to: column) }
  }

  /// Transforms one channel of every tile by way of lines with padding around them.
  // As a part of its caller its loops would share registers with all that is around them.
  @inline(never)
  private func transformNarrow(
    _ source: UnsafePointer<Float>, to line: UnsafeMutablePointer<Float>, _ step: Int,
    scratch split: UnsafeMutablePointer<Float>
  ) {
    let (rowPitch, halfPitch) = (rowPitch, halfPitch)
    // All rows first: a load that spans two stores waits until both have left the store buffer.
    splitLines(source, to: split + rowPitch)
    for (index, run) in runs.enumerated() {
      let place = line + run.position
      let column = UnsafePointer(split + run.column - firstColumn)
      let rows = rows[index] &* rowPitch
      var x = 0
      while x < run.count {
        mixTiles(
          column + rows[0] + x, column + rows[1] + x, column + rows[2] + x, column + rows[3] + x,
          halfPitch, to: place + x, step)
        x += 8
      }
    }
  }

  /// Splits each line into its even columns and, half a pitch behind, its odd ones, so that
  /// neighbouring tiles find their elements side by side.
  @inline(__always)
  private func splitLines(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>
  ) {
    let (pairs, rowPitch) = (length / 2, rowPitch)
    // With an odd padding the first element stands in an odd column.
    let first = lead / 2 + (lead % 2 == 0 ? 0 : halfPitch)
    let second = lead % 2 == 0 ? lead / 2 + halfPitch : lead / 2 + 1
    var line = target
    for part in lines {
      let row = source + part.image * imageSize + part.offset
      let (even, odd) = (line + first, line + second)
      if pairs >= 8 {
        var pair = 0
        while true {
          let (low, high) = (vector(row + 2 * pair), vector(row + 2 * pair + 8))
          store8(SIMD8(lowHalf: low.evenHalf, highHalf: high.evenHalf), even + pair)
          store8(SIMD8(lowHalf: low.oddHalf, highHalf: high.oddHalf), odd + pair)
          if pair + 8 == pairs { break }
          // The last vectors overlap those before.
          pair = min(pair + 8, pairs - 8)
        }
      } else {
        for pair in 0..<pairs {
          even[pair] = row[2 * pair]
          odd[pair] = row[2 * pair + 1]
        }
      }
      if length % 2 == 1 { even[pairs] = row[2 * pairs] }
      line += rowPitch
    }
  }

  /// Copies the sixteen lines of a channel to the regions of their blocks.
  @inline(__always)
  private func pack(_ lines: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
    if isWide {
      return dpu_wide_winograd_pack(lines, linePitch, blocks, target, blockPitch, elementPitch)
    }
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
}

/// Bᵀ · d · B for eight tiles side by side, from the even columns of their four rows; the odd ones
/// stand `half` behind.
@inline(__always)
private func mixTiles(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>,
  _ d: UnsafePointer<Float>, _ half: Int, to place: UnsafeMutablePointer<Float>, _ step: Int
) {
  typealias Columns = (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>)
  @inline(__always)
  func columns(_ row: UnsafePointer<Float>) -> Columns {
    (vector(row), vector(row + half), vector(row + 1), vector(row + half + 1))
  }
  @inline(__always)
  func sum(_ x: Columns, _ y: Columns) -> Columns { (x.0 + y.0, x.1 + y.1, x.2 + y.2, x.3 + y.3) }
  @inline(__always)
  func difference(_ x: Columns, _ y: Columns) -> Columns {
    (x.0 - y.0, x.1 - y.1, x.2 - y.2, x.3 - y.3)
  }
  @inline(__always)
  func store(_ x: Columns, _ place: UnsafeMutablePointer<Float>) {
    store8(x.0 - x.2, place)
    store8(x.1 + x.2, place + step)
    store8(x.2 - x.1, place + 2 * step)
    store8(x.1 - x.3, place + 3 * step)
  }
  // Rows are read where they are needed: all four would not fit in the registers.
  let third = columns(c)
  store(difference(columns(a), third), place)
  let second = columns(b)
  store(sum(second, third), place + 4 * step)
  store(difference(third, second), place + 8 * step)
  store(difference(second, columns(d)), place + 12 * step)
}
