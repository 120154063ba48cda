import CVectors
import Running

/// A ``GatherPlan`` carried out on the channels and filters that take part.
///
/// Each output is a chain of fused multiply-adds from +0 over (channel, tap), plus its bias: the
/// order depends on nothing but the plan. Leaving out a filter or a channel whose weights are all
/// zero changes no bit, because a chain that starts from +0 is not changed by adding ±0 and the
/// bias, or +0, that is added last makes +0 of a result that underflowed to −0.
struct GatherConvolution: Sendable {
  let plan: GatherPlan
  let batch: Int
  /// Source and output channels of one image.
  let sourceChannels: Int
  let outChannels: Int
  /// For each group the channels and the filters that take part.
  let channels: [[Int]]
  let filters: [[Int]]
  /// Rows and columns from one output to the next, and of the first.
  var outSteps: Pair = 1
  var outTop = 0
  var outLeft = 0
  let outPlaneHeight: Int
  let outPlaneWidth: Int
  private let isWide = VectorWidth.isWide

  private var filtersAtOnce: Int { RowBlocks.most(isWide: isWide) }

  /// Runs the plan.
  ///
  /// - Parameters:
  ///   - source: `[batch, sourceChannels, sourceHeight, sourceWidth]`.
  ///   - weight: the weight of (filter, channel, tap index).
  ///   - bias: one for each output channel, or nil.
  ///   - output: the planes of the filters that take part are overwritten at the plan's places.
  /// - Throws: ``Cancelled``.
  func run(
    source: UnsafePointer<Float>, weight: (Int, Int, Int) -> Float, bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) throws {
    let packedOffsets = try filters.indices.reduce(into: [0]) { offsets, group in
      try Cancellation.check()
      offsets.append(
        offsets[group] + filters[group].count * channels[group].count * plan.taps.count)
    }
    let offsets = try plan.offsets(channels: channels.reduce(0) { max($0, $1.count) })
    let places = try plan.groups()
    // A last pair may be half empty; its second half repeats the first.
    let pairs = try claimedList((places.count + 1) / 2) {
      (places[2 * $0], places[min(2 * $0 + 1, places.count - 1)])
    }
    let sums = plan.bandRows * plan.pitch + 16
    let work = packedOffsets[filters.count] * plan.outHeight * plan.outWidth * batch
    let units = batch * plan.bands * filters.count
    let parts = max(
      1,
      min(
        8 / units,
        RowBlocks(rows: filters.reduce(0) { max($0, $1.count) }, limit: filtersAtOnce).count))
    try Scratch.withFloats(packedOffsets[filters.count] + 8) { packed in
      for group in filters.indices {
        try pack(packed + packedOffsets[group], group: group, weight: weight)
      }
      let (packed, source) = (Shared(UnsafePointer(packed)), Shared(source))
      let (bias, output) = (Shared(bias), Shared(output))
      let counted = MultiplyAddCount()
      try Parallel.forEach(units * parts, work: work) { task in
        let (unit, part) = (task / parts, task % parts)
        let (image, rest) = (
          unit / (plan.bands * filters.count), unit % (plan.bands * filters.count)
        )
        let (group, band) = (rest / plan.bands, rest % plan.bands)
        let planes = plan.planesSize(channels: channels[group].count)
        try Scratch.withFloats(planes + filtersAtOnce * sums) { scratch in
          for (index, channel) in channels[group].enumerated() {
            try Cancellation.check()
            try plan.load(
              scratch + index * plan.channelSize,
              from: source.pointer
                + (image * sourceChannels + channel) * plan.sourceHeight * plan.sourceWidth,
              band: band)
          }
          try fill(scratch + planes - plan.pitch - 32, count: plan.pitch + 32)
          let taps = channels[group].count * plan.taps.count
          let blocks = RowBlocks(rows: filters[group].count, limit: filtersAtOnce)
          for block in blocks.count * part / parts..<blocks.count * (part + 1) / parts {
            let (first, size) = (blocks.first(block), blocks.size(block))
            try sum(
              size, factors: packed.pointer + packedOffsets[group] + first * taps, taps: taps,
              planes: scratch, offsets: offsets, pairs: pairs, to: scratch + planes, pitch: sums)
            counted.add(size * taps * plan.rows(band).count * plan.outWidth)
            for row in 0..<size {
              let filter = filters[group][first + row]
              try write(
                scratch + planes + row * sums, bias: bias.pointer?[filter] ?? 0,
                to: output.pointer
                  + (image * outChannels + filter) * outPlaneHeight * outPlaneWidth,
                band: band)
            }
          }
        }
      }
    }
  }

  /// Lays out a group's weights as [block][channel][tap][filter of the block].
  private func pack(
    _ target: UnsafeMutablePointer<Float>, group: Int, weight: (Int, Int, Int) -> Float
  ) throws {
    let blocks = RowBlocks(rows: filters[group].count, limit: filtersAtOnce)
    var target = target
    for block in 0..<blocks.count {
      let rows = blocks.first(block)..<blocks.first(block + 1)
      for channel in channels[group] {
        try Cancellation.check()
        for tap in plan.taps {
          if tap.index & 0xfff == 0 { try Cancellation.check() }
          for row in rows {
            target.pointee = weight(filters[group][row], channel, tap.index)
            target += 1
          }
        }
      }
    }
  }

  private func sum(
    _ rows: Int, factors: UnsafePointer<Float>, taps: Int, planes: UnsafePointer<Float>,
    offsets: [Int], pairs: [(Int, Int)], to sums: UnsafeMutablePointer<Float>, pitch: Int
  ) throws {
    if isWide {
      return try sumWide(rows, factors, taps, planes, offsets, pairs, sums, pitch)
    }
    switch rows {
    case 1: try sumPairs(Tile<1>(), factors, taps, planes, offsets, pairs, sums, pitch)
    case 2: try sumPairs(Tile<2>(), factors, taps, planes, offsets, pairs, sums, pitch)
    case 3: try sumPairs(Tile<3>(), factors, taps, planes, offsets, pairs, sums, pitch)
    case 4: try sumPairs(Tile<4>(), factors, taps, planes, offsets, pairs, sums, pitch)
    case 5: try sumPairs(Tile<5>(), factors, taps, planes, offsets, pairs, sums, pitch)
    default: try sumPairs(Tile<6>(), factors, taps, planes, offsets, pairs, sums, pitch)
    }
  }

  @inline(__always)
  private func sumPairs<let rows: Int>(
    _ zero: Tile<rows>, _ factors: UnsafePointer<Float>, _ taps: Int,
    _ planes: UnsafePointer<Float>, _ offsets: [Int], _ pairs: [(Int, Int)],
    _ sums: UnsafeMutablePointer<Float>, _ pitch: Int
  ) throws {
    for index in pairs.indices {
      if index % 16 == 0 { try Cancellation.check() }
      let (first, second) = pairs[index]
      var tile = zero
      var factor = factors
      var tap = 0
      while tap < taps {
        let end = min(taps, tap + Cancellation.piece)
        while tap < end {
          let source = planes + offsets[tap]
          tile.add(factor, vector(source + first), vector(source + second))
          factor += rows
          tap += 1
        }
        if tap < taps { try Cancellation.check() }
      }
      tile.store(sums + first, sums + second, pitch: pitch)
    }
  }

  private func sumWide(
    _ rows: Int, _ factors: UnsafePointer<Float>, _ taps: Int,
    _ planes: UnsafePointer<Float>, _ offsets: [Int], _ pairs: [(Int, Int)],
    _ sums: UnsafeMutablePointer<Float>, _ pitch: Int
  ) throws {
    for index in stride(from: 0, to: pairs.count, by: 2) {
      if index % 16 == 0 { try Cancellation.check() }
      let (first, second) = (pairs[index], pairs[min(index + 1, pairs.count - 1)])
      var tap = 0
      // Without taps there are sums all the same: zeros.
      repeat {
        let end = min(taps, tap + Cancellation.piece)
        if tap > 0 { try Cancellation.check() }
        offsets[tap..<end].withUnsafeBufferPointer { offsets in
          let products = dpu_gather(
            factors: factors + tap * rows, planes: planes, offsets: offsets.baseAddress,
            count: end - tap, places: (first.0, first.1, second.0, second.1), sums: sums,
            pitch: pitch, continues: tap > 0)
          withUnsafePointer(to: products) { dpu_wide_gather(Int32(rows), $0) }
        }
        tap = end
      } while tap < taps
    }
  }

  /// Copies the band's sums, rows `plan.pitch` apart, to their places in an output plane.
  private func write(
    _ sums: UnsafePointer<Float>, bias: Float, to plane: UnsafeMutablePointer<Float>, band: Int
  ) throws {
    var source = sums
    for row in plan.rows(band) {
      let target = plane + (row * outSteps.rows + outTop) * outPlaneWidth + outLeft
      if outSteps.columns == 1 {
        try Cancellation.forEachPiece(of: plan.outWidth) { piece in
          for x in piece { target[x] = source[x] + bias }
        }
      } else {
        try Cancellation.forEachPiece(of: plan.outWidth) { piece in
          for x in piece { target[x * outSteps.columns] = source[x] + bias }
        }
      }
      source += plan.pitch
    }
  }
}
