import CProcessor
import Synchronization

/// A 3×3 convolution without stride or dilation by Winograd's F(2×2, 3×3): sixteen products of
/// matrices in place of thirty-six multiplications for each four outputs.
///
/// Each product's sums are fused multiply-adds from +0 over the channels in order. As in
/// ``GatherConvolution``, leaving out filters or channels whose weights are all zero changes no bit.
struct WinogradConvolution: Sendable {
  let tiles: WinogradTiles
  /// Channels of one image of source and output.
  let sourceChannels: Int
  let outChannels: Int
  /// For each group the channels and the filters that take part.
  let channels: [[Int]]
  let filters: [[Int]]

  /// Runs the convolution.
  ///
  /// - Parameters:
  ///   - source: `[batch, sourceChannels, sourceHeight, sourceWidth]`.
  ///   - weight: the weight of (filter, channel, tap).
  ///   - bias: one for each output channel, or nil.
  ///   - output: the planes of the filters that take part are overwritten.
  /// - Returns: whether every result is finite. One value that is not, or too large for the
  ///   transforms, spoils its neighbours; the caller then takes another way.
  /// - Throws: ``Cancelled``.
  func run(
    source: UnsafePointer<Float>, weight: @Sendable (Int, Int, Int) -> Float,
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) throws(Cancelled) -> Bool {
    let starts = filters.indices.reduce(into: [0]) { starts, group in
      starts.append(starts[group] + filters[group].count * channels[group].count * 16)
    }
    let isFinite = Atomic<Bool>(true)
    try Scratch.withFloats(starts[filters.count]) { packed throws(Cancelled) in
      let (weights, source) = (Shared(packed), Shared(source))
      let (bias, output) = (Shared(bias), Shared(output))
      for group in filters.indices {
        let blocks = RowBlocks(rows: filters[group].count)
        let work = 32 * filters[group].count * channels[group].count
        try Parallel.forEach(blocks.count, work: work) { block throws(Cancelled) in
          pack(block, group: group, weight: weight, to: weights.pointer + starts[group])
        }
      }
      let work = starts[filters.count] * tiles.count
      try Parallel.forEach(filters.count * tiles.chunks, work: work) { task throws(Cancelled) in
        let group = task / tiles.chunks
        let result = try run(
          chunk: task % tiles.chunks, group: group, source: source.pointer,
          weights: weights.pointer + starts[group], bias: bias.pointer, output: output.pointer)
        if !result { isFinite.store(false, ordering: .relaxed) }
      }
    }
    return isFinite.load(ordering: .relaxed)
  }

  /// Transforms a block of filters to [16, channel, filter of the block].
  private func pack(
    _ block: Int, group: Int, weight: (Int, Int, Int) -> Float,
    to target: UnsafeMutablePointer<Float>
  ) {
    let blocks = RowBlocks(rows: filters[group].count)
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
    bias: UnsafePointer<Float>?, output: UnsafeMutablePointer<Float>
  ) throws(Cancelled) -> Bool {
    let count = channels[group].count
    let runs = tiles.runs(of: chunk)
    let blocks = (tiles.tiles(of: chunk).count + 15) / 16
    let input = WinogradSource(tiles: tiles, runs: runs, blocks: blocks, channels: count)
    let linePitch = blocks * 32
    let sizes = (input.targetSize, 16 * 6 * 16, 6 * 2 * linePitch)
    return try Scratch.withFloats(sizes.0 + sizes.1 + sizes.2 + input.scratchSize) {
      scratch throws(Cancelled) in
      let products = scratch + sizes.0
      let lines = products + sizes.1
      let rest = lines + sizes.2
      input.prepare(rest)
      let plane = tiles.sourceHeight * tiles.sourceWidth
      // Half of what a second-level cache holds would be there without asking.
      let isSpread = tiles.batch * sourceChannels * plane > 1 << 17
      for (index, channel) in channels[group].enumerated() {
        if index % 64 == 0 { try Cancellation.check() }
        if isSpread, index + 1 < count {
          input.prefetch(
            source + channels[group][index + 1] * plane, imageSize: sourceChannels * plane)
        }
        input.transform(
          source + channel * plane, imageSize: sourceChannels * plane, channel: index, to: scratch,
          scratch: rest)
      }
      var check = SIMD8<Float>.zero
      let filterBlocks = RowBlocks(rows: filters[group].count)
      for filterBlock in 0..<filterBlocks.count {
        try Cancellation.check()
        let (first, size) = (filterBlocks.first(filterBlock), filterBlocks.size(filterBlock))
        for block in 0..<blocks {
          // Each block asks for one filter's rows, or the last block for those that are left.
          for row in min(block, size)..<(block + 1 == blocks ? size : min(block + 1, size)) {
            prefetch(runs: runs, of: output, filter: filters[group][first + row])
          }
          multiply(
            size, weights + first * count * 16, scratch + block * input.blockPitch,
            elementPitch: input.elementPitch, pitch: input.columnPitch, count: count, to: products)
          for row in 0..<size {
            let shift = SIMD8<Float>(repeating: bias?[filters[group][first + row]] ?? 0)
            for half in 0..<2 {
              let target = lines + row * 2 * linePitch + block * 16 + half * 8
              let (a, b, c, d) = winogradOutput(products + row * 16 + half * 8, pitch: size * 16)
              let results = (a + shift, b + shift, c + shift, d + shift)
              // A product with zero is zero for finite values only.
              check.addProduct(results.0, 0)
              check.addProduct(results.1, 0)
              check.addProduct(results.2, 0)
              check.addProduct(results.3, 0)
              store8(results.0, target)
              store8(results.1, target + linePitch / 2)
              store8(results.2, target + linePitch)
              store8(results.3, target + linePitch / 2 * 3)
            }
          }
        }
        for row in 0..<size {
          write(
            lines + row * 2 * linePitch, pitch: linePitch, runs: runs, to: output,
            filter: filters[group][first + row])
        }
      }
      return check == .zero
    }
  }

  /// The sixteen products of a block of filters with a block of tiles: [16, filter, 16 tiles].
  private func multiply(
    _ rows: Int, _ weights: UnsafePointer<Float>, _ source: UnsafePointer<Float>,
    elementPitch: Int, pitch: Int, count: Int, to products: UnsafeMutablePointer<Float>
  ) {
    switch rows {
    case 1: multiply(Tile<1>(), weights, source, elementPitch, pitch, count, products)
    case 2: multiply(Tile<2>(), weights, source, elementPitch, pitch, count, products)
    case 3: multiply(Tile<3>(), weights, source, elementPitch, pitch, count, products)
    case 4: multiply(Tile<4>(), weights, source, elementPitch, pitch, count, products)
    case 5: multiply(Tile<5>(), weights, source, elementPitch, pitch, count, products)
    default: multiply(Tile<6>(), weights, source, elementPitch, pitch, count, products)
    }
  }

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

  /// Asks for the rows that ``write(_:pitch:runs:to:filter:)`` will write.
  private func prefetch(
    runs: [WinogradTiles.Run], of output: UnsafeMutablePointer<Float>, filter: Int
  ) {
    let (height, width) = (tiles.outHeight, tiles.outWidth)
    for run in runs {
      let plane = output + (run.image * outChannels + filter) * height * width
      let target = plane + run.row * 2 * width + run.column * 2
      for x in stride(from: 0, to: run.count * 2 + width, by: 16) {
        dpu_prefetch_to_write(target + x)
      }
    }
  }

  /// Copies the two lines of a filter's outputs to their rows.
  private func write(
    _ lines: UnsafePointer<Float>, pitch: Int, runs: [WinogradTiles.Run],
    to output: UnsafeMutablePointer<Float>, filter: Int
  ) {
    let (height, width) = (tiles.outHeight, tiles.outWidth)
    for run in runs {
      let plane = output + (run.image * outChannels + filter) * height * width
      let count = min(run.count * 2, width - run.column * 2)
      for row in 0..<min(2, height - run.row * 2) {
        let target = plane + (run.row * 2 + row) * width + run.column * 2
        let line = lines + row * pitch + run.position
        interleave(line, line + pitch / 2, to: target, count: count)
      }
    }
  }
}
