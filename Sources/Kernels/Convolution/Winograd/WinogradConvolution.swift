import CVectors
import Running
import Synchronization

/// A 3×3 convolution without stride or dilation by Winograd's F(2×2, 3×3): sixteen products of
/// matrices in place of thirty-six multiplications for each four outputs.
///
/// After A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks" (2015). Every
/// coefficient of the transforms is 0, ±1 or ±1/2, so that they add little rounding.
/// ``WinogradSource`` transforms the source, ``winogradFilter(_:to:pitch:)`` a filter, and
/// ``winogradOutputs(_:_:_:_:_:)`` the products.
///
/// Each product's sums are fused multiply-adds from +0 over the channels in order. As in
/// ``GatherConvolution``, leaving out filters or channels whose weights are all zero changes no bit.
struct WinogradConvolution: Sendable {
  /// Half of what a second-level cache holds: so much would be there without asking.
  private static let cachedFloats = 1 << 17

  let tiles: WinogradTiles
  /// Channels of one image of source and output.
  let sourceChannels: Int
  let outChannels: Int
  /// For each group the channels and the filters that take part.
  let channels: [[Int]]
  let filters: [[Int]]
  private let isWide = VectorWidth.isWide

  /// Blocks of tiles that are computed together.
  private var blocksAtOnce: Int { isWide ? 2 : 1 }

  private var filtersAtOnce: Int { RowBlocks.most(isWide: isWide) }
  /// What is added to the sums of filters that are computed together.
  typealias Shifts = InlineArray<12, Float>

  /// Runs the convolution.
  ///
  /// - Parameters:
  ///   - source: `[batch, sourceChannels, sourceHeight, sourceWidth]`.
  ///   - weight: the weight of (filter, channel, tap).
  ///   - bias: one for each output channel, or nil.
  ///   - output: overwritten; the planes of filters that take no part become 0 plus their bias.
  /// - Returns: whether every result is finite, and would be with the channels that take no part. One
  ///   value that is not, or too large for the transforms, spoils its neighbours; the caller then
  ///   takes another way.
  /// - Throws: ``Cancelled``.
  func run(
    source: UnsafePointer<Float>, weight: @Sendable (Int, Int, Int) -> Float,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) throws -> Bool {
    let starts = filters.indices.reduce(into: [0]) { starts, group in
      starts.append(starts[group] + filters[group].count * channels[group].count * 16)
    }
    let idle = (
      channels: others(than: channels, of: sourceChannels),
      filters: others(than: filters, of: outChannels)
    )
    let isFinite = Atomic<Bool>(true)
    try Scratch.withFloats(starts[filters.count]) { packed in
      let (weights, source) = (Shared(packed), Shared(source))
      let (bias, output) = (Shared(bias), Shared(output))
      for group in filters.indices {
        let blocks = RowBlocks(rows: filters[group].count, limit: filtersAtOnce)
        let work = 32 * filters[group].count * channels[group].count
        try Parallel.forEach(blocks.count, work: work) { block in
          pack(block, group: group, weight: weight, to: weights.pointer + starts[group])
        }
      }
      let tasks = filters.count * tiles.chunks
      let counted = MultiplyAddCount()
      let idlePlanes = (idle.channels.count + idle.filters.count) * tiles.batch
      let work = starts[filters.count] * tiles.count + idlePlanes * tiles.outHeight * tiles.outWidth
      try Parallel.forEach(tasks, work: work) { task in
        let group = task / tiles.chunks
        var result = try run(
          chunk: task % tiles.chunks, group: group, source: source.pointer,
          weights: weights.pointer + starts[group], bias: bias.pointer, output: output.pointer,
          counted: counted)
        // Each task takes its share of the planes that need no arithmetic.
        let part = (task: task, of: tasks)
        try fillIdle(idle.filters, part, bias: bias.pointer, output: output.pointer)
        if result { result = isModerate(idle.channels, part, source: source.pointer) }
        if !result { isFinite.store(false, ordering: .relaxed) }
      }
    }
    return isFinite.load(ordering: .relaxed)
  }

  /// Those of `count` that are in none of the groups.
  private func others(than groups: [[Int]], of count: Int) -> [Int] {
    var isPresent = Array(repeating: false, count: count)
    for group in groups { for index in group { isPresent[index] = true } }
    return (0..<count).filter { !isPresent[$0] }
  }

  /// Writes a part of the planes of filters that take no part.
  private func fillIdle(
    _ filters: [Int], _ part: (task: Int, of: Int), bias: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) throws {
    let (count, plane) = (filters.count * tiles.batch, tiles.outHeight * tiles.outWidth)
    for index in count * part.task / part.of..<count * (part.task + 1) / part.of {
      let (image, filter) = (index / filters.count, filters[index % filters.count])
      try fill(
        output + (image * outChannels + filter) * plane, with: 0 + (bias?[filter] ?? 0),
        count: plane)
    }
  }

  /// Whether a part of the planes of channels that take no part holds only values whose products with
  /// zero are zero.
  private func isModerate(
    _ channels: [Int], _ part: (task: Int, of: Int), source: UnsafePointer<Float>
  ) -> Bool {
    let (count, plane) = (channels.count * tiles.batch, tiles.sourceHeight * tiles.sourceWidth)
    for index in count * part.task / part.of..<count * (part.task + 1) / part.of {
      let (image, channel) = (index / channels.count, channels[index % channels.count])
      if isAnyImmoderate(source + (image * sourceChannels + channel) * plane, count: plane) {
        return false
      }
    }
    return true
  }

  /// Transforms a block of filters to [16, channel, filter of the block].
  private func pack(
    _ block: Int, group: Int, weight: (Int, Int, Int) -> Float,
    to target: UnsafeMutablePointer<Float>
  ) {
    let blocks = RowBlocks(rows: filters[group].count, limit: filtersAtOnce)
    let (first, size) = (blocks.first(block), blocks.size(block))
    let pitch = channels[group].count * size
    let start = target + first * channels[group].count * 16
    for row in 0..<size {
      let filter = filters[group][first + row]
      for (index, channel) in channels[group].enumerated() {
        winogradFilter(
          { weight(filter, channel, $0) }, to: start + index * size + row, pitch: pitch)
      }
    }
  }

  private func run(
    chunk: Int, group: Int, source: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>, counted: MultiplyAddCount
  ) throws -> Bool {
    let count = channels[group].count
    let runs = tiles.runs(of: chunk)
    let blocks = (tiles.tiles(of: chunk).count + 15) / 16
    let input = WinogradSource(
      tiles: tiles, runs: runs, blocks: blocks, channels: count,
      imageSize: sourceChannels * tiles.sourceHeight * tiles.sourceWidth)
    let target = WinogradTarget(tiles: tiles, runs: runs, blocks: blocks, channels: outChannels)
    let sizes = (
      input.targetSize, blocksAtOnce * 16 * filtersAtOnce * 16, filtersAtOnce * target.filterPitch
    )
    return try Scratch.withFloats(sizes.0 + sizes.1 + sizes.2 + input.scratchSize) {
      scratch in
      let products = scratch + sizes.0
      let lines = products + sizes.1
      let rest = lines + sizes.2
      input.prepare(rest)
      let plane = tiles.sourceHeight * tiles.sourceWidth
      let isSpread = tiles.batch * sourceChannels * plane > Self.cachedFloats
      let isOutputSpread = tiles.count * 4 * filters[group].count > Self.cachedFloats
      for (index, channel) in channels[group].enumerated() {
        if index % 64 == 0 { try Cancellation.check() }
        if isSpread, index + 1 < count {
          input.prefetch(source + channels[group][index + 1] * plane)
        }
        input.transform(source + channel * plane, channel: index, to: scratch, scratch: rest)
      }
      var isFinite = true
      let filterBlocks = RowBlocks(rows: filters[group].count, limit: filtersAtOnce)
      for filterBlock in 0..<filterBlocks.count {
        try Cancellation.check()
        let (first, size) = (filterBlocks.first(filterBlock), filterBlocks.size(filterBlock))
        var shifts = Shifts(repeating: 0)
        if let bias { for row in 0..<size { shifts[row] = bias[filters[group][first + row]] } }
        for block in stride(from: 0, to: blocks, by: blocksAtOnce) {
          let next = block + blocksAtOnce
          if isOutputSpread {
            // Each block asks for one filter's rows, or the last block for those that are left.
            for row in min(block, size)..<(next >= blocks ? size : min(next, size)) {
              target.prefetch(output, filter: filters[group][first + row])
            }
          }
          let place = scratch + block * input.blockPitch
          let results = compute(
            size, weights + first * count * 16, place,
            next: block + 1 < blocks ? place + input.blockPitch : nil,
            elementPitch: input.elementPitch, pitch: input.columnPitch, count: count,
            products: products, shifts: shifts, to: lines + block * 32, target)
          isFinite = isFinite && results
        }
        counted.add(size * count * 9 * runs.reduce(0) { $0 + tiles.outputs(of: $1) })
        for row in 0..<size {
          target.write(
            lines + row * target.filterPitch, to: output, filter: filters[group][first + row])
        }
      }
      return isFinite
    }
  }

  /// A block of filters on a block of tiles, and with wide vectors on the next one too: the sixteen
  /// products, and from them the lines of the outputs.
  ///
  /// - Returns: whether all results are finite.
  private func compute(
    _ rows: Int, _ weights: UnsafePointer<Float>, _ source: UnsafePointer<Float>,
    next: UnsafePointer<Float>?, elementPitch: Int, pitch: Int, count: Int,
    products: UnsafeMutablePointer<Float>, shifts: Shifts,
    to lines: UnsafeMutablePointer<Float>, _ target: WinogradTarget
  ) -> Bool {
    if isWide {
      return computeWide(
        rows, weights, source, next: next, elementPitch, pitch, count, products, shifts, lines,
        target)
    }
    @inline(__always)
    func compute<let rows: Int>(_ zero: Tile<rows>) -> Bool {
      if rows > 3 {
        multiply(zero, weights, source, elementPitch, pitch, count, products)
      } else {
        multiplyPairs(zero, weights, source, elementPitch, pitch, count, products)
      }
      return winogradOutputs(zero, products, shifts, lines, target)
    }
    return switch rows {
    case 1: compute(Tile<1>())
    case 2: compute(Tile<2>())
    case 3: compute(Tile<3>())
    case 4: compute(Tile<4>())
    case 5: compute(Tile<5>())
    default: compute(Tile<6>())
    }
  }

  /// The same of one or two blocks of tiles with wide vectors.
  private func computeWide(
    _ rows: Int, _ weights: UnsafePointer<Float>, _ source: UnsafePointer<Float>,
    next: UnsafePointer<Float>?, _ elementPitch: Int, _ pitch: Int, _ count: Int,
    _ products: UnsafeMutablePointer<Float>, _ shifts: Shifts,
    _ lines: UnsafeMutablePointer<Float>, _ target: WinogradTarget
  ) -> Bool {
    withUnsafePointer(
      to: dpu_winograd_products(
        weights: weights, first: source, second: next, element_pitch: elementPitch,
        line_pitch: pitch, depth: count)
    ) { dpu_wide_winograd_products(Int32(rows), $0, products) }
    let isFinite = target.writeWide(products, rows, shifts, to: lines)
    if next == nil { return isFinite }
    let second = products + 16 * rows * 16
    return target.writeWide(second, rows, shifts, to: lines + 32) && isFinite
  }

  /// The sixteen products: [16, filter, 16 tiles].
  @inline(__always)
  private func multiply<let rows: Int>(
    _ zero: Tile<rows>, _ weights: UnsafePointer<Float>, _ source: UnsafePointer<Float>,
    _ elementPitch: Int, _ pitch: Int, _ count: Int, _ products: UnsafeMutablePointer<Float>
  ) {
    var weight = weights
    for index in 0..<16 {
      var tile = zero
      var column = source + index * elementPitch
      for _ in 0..<count {
        tile.add(weight, vector(column), vector(column + 8))
        weight += rows
        column += pitch
      }
      let target = products + index * rows * 16
      tile.store(target, target + 8, pitch: 16)
    }
  }

  /// The same two at a time: the sums of few rows would wait for each other's additions.
  @inline(__always)
  private func multiplyPairs<let rows: Int>(
    _ zero: Tile<rows>, _ weights: UnsafePointer<Float>, _ source: UnsafePointer<Float>,
    _ elementPitch: Int, _ pitch: Int, _ count: Int, _ products: UnsafeMutablePointer<Float>
  ) {
    var weight = weights
    for index in stride(from: 0, to: 16, by: 2) {
      var (first, second) = (zero, zero)
      var column = source + index * elementPitch
      for _ in 0..<count {
        first.add(weight, vector(column), vector(column + 8))
        second.add(
          weight + rows * count, vector(column + elementPitch), vector(column + elementPitch + 8))
        weight += rows
        column += pitch
      }
      weight += rows * count
      let target = products + index * rows * 16
      first.store(target, target + 8, pitch: 16)
      second.store(target + rows * 16, target + rows * 16 + 8, pitch: 16)
    }
  }
}
