import Running
import Synchronization

/// The gradient of a 3×3 weight by the adjoint of Winograd's F(2×2, 3×3): sixteen products of
/// matrices whose sums run over the tiles of all images.
///
/// Vectors lie along the channels. The chunks of tiles are shared out among at most eight slices by
/// the shape alone; a slice's sums are fused multiply-adds in the order of its tiles, and then the
/// slices are added in order.
struct WinogradWeightGradient: Sendable {
  let shape: ConvolutionShape
  let tiles: WinogradTiles
  private let isWide = VectorWidth.isWide

  init(shape: ConvolutionShape) {
    self.shape = shape
    tiles = WinogradTiles(
      batch: shape.batch, sourceHeight: shape.height, sourceWidth: shape.width,
      padding: Pair(shape.rows.padding, shape.columns.padding), outHeight: shape.outHeight,
      outWidth: shape.outWidth, mostBlocks: 4)
  }

  private var slices: Int { min(8, tiles.chunks) }
  private var channels: Int { shape.groupInChannels }
  private var filters: Int { shape.groupOutChannels }
  // Channels and filters as they lie in memory: whole cache lines, and an odd number of them, so
  // that neighbouring tiles do not compete for the same few places of the cache.
  private var channelPitch: Int { (channels + 15) / 16 * 16 | 16 }
  private var filterPitch: Int { (filters + 15) / 16 * 16 | 16 }
  /// Sums of one slice: [16, filters, channelPitch].
  private var sliceSize: Int { 16 * filters * channelPitch }

  /// Writes the gradient.
  ///
  /// - Returns: whether every result is finite; if not they are useless.
  /// - Throws: ``Cancelled``.
  func run(
    input: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>
  ) throws -> Bool {
    let isFinite = Atomic<Bool>(true)
    try Scratch.withFloats(shape.groups * slices * sliceSize) { sums in
      let (sums, gradient) = (Shared(sums), Shared(gradient))
      let (input, upstream) = (Shared(input), Shared(upstream))
      let work = shape.groups * 16 * filters * channels * tiles.count
      try Parallel.forEach(shape.groups * slices, work: work) { task in
        try add(
          slice: task % slices, group: task / slices, input: input.pointer,
          upstream: upstream.pointer, to: sums.pointer + task * sliceSize)
      }
      let empty = try EmptySums(shape: shape, input: input.pointer, upstream: upstream.pointer)
      let rest = shape.outChannels * channels * (slices * 16 + 40)
      try Parallel.forEach(shape.outChannels, work: rest) { filter in
        let (group, row) = (filter / filters, filter % filters)
        let finite = finish(
          sums.pointer + group * slices * sliceSize + row * channelPitch,
          to: gradient.pointer + filter * shape.taps)
        if !finite { return isFinite.store(false, ordering: .relaxed) }
        try empty.clear(filter: filter, gradient: gradient.pointer + filter * shape.taps)
      }
    }
    return isFinite.load(ordering: .relaxed)
  }

  /// Sums over the tiles of a slice.
  private func add(
    slice: Int, group: Int, input: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) throws {
    let most = tiles.chunkBlocks * 16 + 1
    var source = WinogradChannelLanes(tiles: tiles, channels: channels, pitch: channelPitch)
    var above = WinogradChannelLanes(tiles: tiles, channels: filters, pitch: filterPitch)
    let sizes = (16 * most * channelPitch, 16 * most * filterPitch)
    if !isWide { sums.update(repeating: 0, count: sliceSize) }
    let chunks = tiles.chunks * slice / slices..<tiles.chunks * (slice + 1) / slices
    try Scratch.withFloats(sizes.0 + sizes.1 + source.scratchSize + above.scratchSize) { scratch in
      let lines = scratch + sizes.0 + sizes.1
      let linesAbove = lines + source.scratchSize
      // No run writes the channels that fill up the last vector.
      if channels % 16 != 0 { scratch.update(repeating: 0, count: sizes.0) }
      for chunk in chunks {
        let runs = tiles.runs(of: chunk)
        let count = tiles.tiles(of: chunk).count
        for run in runs {
          try Cancellation.check()
          source.transformSource(
            input + (run.image * shape.inChannels + group * channels) * shape.inPlane, run,
            to: scratch, tilePitch: most, scratch: lines)
          above.transformUpstream(
            upstream + (run.image * shape.outChannels + group * filters) * shape.outPlane, run,
            to: scratch + sizes.0, tilePitch: most, scratch: linesAbove)
        }
        for index in 0..<16 {
          try Cancellation.check()
          multiply(
            scratch + sizes.0 + index * most * filterPitch,
            scratch + index * most * channelPitch, count: count,
            isFirst: chunk == chunks.lowerBound, to: sums + index * filters * channelPitch)
        }
      }
    }
  }

  /// Adds one of the sixteen products, filters × tiles × channels, to the sums of earlier chunks: zeros
  /// before the first one, or with wide vectors nothing yet.
  private func multiply(
    _ above: UnsafePointer<Float>, _ source: UnsafePointer<Float>, count: Int, isFirst: Bool,
    to sums: UnsafeMutablePointer<Float>
  ) {
    if isWide { return multiplyWide(above, source, count: count, isFirst: isFirst, to: sums) }
    let blocks = RowBlocks(rows: filters)
    for channel in stride(from: 0, to: channels, by: 16) {
      for block in 0..<blocks.count {
        let first = blocks.first(block)
        let target = sums + first * channelPitch + channel
        switch blocks.size(block) {
        case 1: multiply(Tile<1>(), above + first, source + channel, count, target)
        case 2: multiply(Tile<2>(), above + first, source + channel, count, target)
        case 3: multiply(Tile<3>(), above + first, source + channel, count, target)
        case 4: multiply(Tile<4>(), above + first, source + channel, count, target)
        case 5: multiply(Tile<5>(), above + first, source + channel, count, target)
        default: multiply(Tile<6>(), above + first, source + channel, count, target)
        }
      }
    }
  }

  private func multiplyWide(
    _ above: UnsafePointer<Float>, _ source: UnsafePointer<Float>, count: Int, isFirst: Bool,
    to sums: UnsafeMutablePointer<Float>
  ) {
    for channel in stride(from: 0, to: channels, by: 32) {
      let isWhole = channel + 16 < channels
      let blocks = RowBlocks(rows: filters, limit: RowBlocks.most(isWide: true))
      for block in 0..<blocks.count {
        let first = blocks.first(block)
        let target = sums + first * channelPitch + channel
        WideProducts(
          factors: above + first, rowPitch: 1, depthPitch: filterPitch, first: source + channel,
          second: isWhole ? source + channel + 16 : nil, linePitch: channelPitch, depth: count
        ).add(
          rows: blocks.size(block), to: target, isWhole ? target + 16 : nil, pitch: channelPitch,
          continues: !isFirst)
      }
    }
  }

  @inline(__always)
  private func multiply<let rows: Int>(
    _ zero: Tile<rows>, _ above: UnsafePointer<Float>, _ source: UnsafePointer<Float>,
    _ count: Int, _ target: UnsafeMutablePointer<Float>
  ) {
    var (tile, factor, line) = (zero, above, source)
    tile.load(target, pitch: channelPitch)
    for _ in 0..<count {
      tile.add(factor, vector(line), vector(line + 8))
      factor += filterPitch
      line += channelPitch
    }
    tile.store(target, target + 8, pitch: channelPitch)
  }

  /// Adds up the slices of one filter and maps each 4×4 to 3×3: Gᵀ · m · G.
  private func finish(
    _ sums: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>
  ) -> Bool {
    var check = SIMD8<Float>.zero
    for channel in stride(from: 0, to: channels, by: 8) {
      let lanes = min(8, channels - channel)
      func product(_ index: Int) -> SIMD8<Float> {
        let place = sums + index * filters * channelPitch + channel
        var total = vector(place)
        for slice in 1..<max(1, slices) { total += vector(place + slice * sliceSize) }
        return total
      }
      var columns = InlineArray<12, SIMD8<Float>>(repeating: .zero)
      for column in 0..<4 {
        let line = winogradFold(
          product(column), product(4 + column), product(8 + column), product(12 + column))
        columns[column] = line.0
        columns[4 + column] = line.1
        columns[8 + column] = line.2
      }
      for row in 0..<3 {
        let line = winogradFold(
          columns[row * 4], columns[row * 4 + 1], columns[row * 4 + 2], columns[row * 4 + 3])
        check += (line.0 * 0 + line.1 * 0) + line.2 * 0
        for lane in 0..<lanes {
          let target = gradient + (channel + lane) * 9 + row * 3
          target[0] = line.0[lane]
          target[1] = line.1[lane]
          target[2] = line.2[lane]
        }
      }
    }
    return check == .zero
  }
}

/// Gᵀ times a column of four.
@inline(__always)
private func winogradFold(
  _ a: SIMD8<Float>, _ b: SIMD8<Float>, _ c: SIMD8<Float>, _ d: SIMD8<Float>
) -> (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) {
  let half = (b + c) * 0.5
  return (a + half, (b - c) * 0.5, half + d)
}
