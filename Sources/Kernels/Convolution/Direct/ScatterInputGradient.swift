import CVectors
import Running

/// The gradient of the input tap by tap: sums over the filters for every output position, then
/// added into the image at the tap's place.
///
/// Without stride only. Where the input is a good deal larger than the output, as without padding on
/// small images, this multiplies no zeros of a frame around the upstream gradient.
struct ScatterInputGradient: Sendable {
  let shape: ConvolutionShape
  /// For each group the filters whose weights are not all zero.
  let filters: [[Int]]
  private let isWide = VectorWidth.isWide

  /// Output positions in whole vectors.
  private var pitch: Int { (shape.outPlane + 15) / 16 * 16 }

  /// Runs it.
  ///
  /// - Throws: ``Cancelled``.
  func run(
    upstream: UnsafePointer<Float>, weight: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>
  ) throws {
    let starts = filters.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count * shape.taps) }
    let blocks = RowBlocks(rows: shape.taps, limit: RowBlocks.most(isWide: isWide))
    let work = starts[filters.count] * shape.outPlane * shape.batch
    try Scratch.withFloats(starts[filters.count] + 8) { packed in
      var next = packed
      for group in filters.indices {
        for block in 0..<blocks.count {
          try Cancellation.check()
          for filter in filters[group] {
            if filter & 0xfff == 0 { try Cancellation.check() }
            for tap in blocks.first(block)..<blocks.first(block + 1) {
              next.pointee = weight[filter * shape.taps + tap]
              next += 1
            }
          }
        }
      }
      let (weights, upstream) = (Shared(packed), Shared(upstream))
      let gradient = Shared(gradient)
      try Parallel.forEach(shape.batch * shape.groups, work: work) { task in
        let (image, group) = (task / shape.groups, task % shape.groups)
        try add(
          upstream.pointer + image * shape.outChannels * shape.outPlane, group,
          weights.pointer + starts[group], blocks,
          to: gradient.pointer + (image * shape.inChannels + group * shape.groupInChannels)
            * shape.inPlane)
      }
    }
  }

  /// The gradient of one image and group.
  private func add(
    _ upstream: UnsafePointer<Float>, _ group: Int, _ weights: UnsafePointer<Float>,
    _ blocks: RowBlocks, to image: UnsafeMutablePointer<Float>
  ) throws {
    try fill(image, count: shape.groupInChannels * shape.inPlane)
    let depth = filters[group].count
    try Scratch.withFloats((depth + blocks.limit) * pitch) { source in
      let lines = source + depth * pitch
      for (index, filter) in filters[group].enumerated() {
        if index & 0x3f == 0 { try Cancellation.check() }
        let target = source + index * pitch
        target.update(from: upstream + filter * shape.outPlane, count: shape.outPlane)
        for rest in shape.outPlane..<pitch { target[rest] = 0 }
      }
      for block in 0..<blocks.count {
        let (first, size) = (blocks.first(block), blocks.size(block))
        let factors = weights + first * depth
        if isWide {
          try multiplyWide(size, factors, source, depth, lines)
          for row in 0..<size { scatter(lines + row * pitch, tap: first + row, to: image) }
          continue
        }
        switch size {
        case 1: try multiply(Tile<1>(), factors, source, depth, lines)
        case 2: try multiply(Tile<2>(), factors, source, depth, lines)
        case 3: try multiply(Tile<3>(), factors, source, depth, lines)
        case 4: try multiply(Tile<4>(), factors, source, depth, lines)
        case 5: try multiply(Tile<5>(), factors, source, depth, lines)
        default: try multiply(Tile<6>(), factors, source, depth, lines)
        }
        for row in 0..<size { scatter(lines + row * pitch, tap: first + row, to: image) }
      }
    }
  }

  @inline(__always)
  private func multiply<let rows: Int>(
    _ zero: Tile<rows>, _ factors: UnsafePointer<Float>, _ source: UnsafePointer<Float>,
    _ depth: Int, _ lines: UnsafeMutablePointer<Float>
  ) throws {
    for place in stride(from: 0, to: pitch, by: 16) {
      if place % 256 == 0 { try Cancellation.check() }
      var (tile, factor, column) = (zero, factors, source + place)
      var row = 0
      while row < depth {
        let end = min(depth, row + Cancellation.piece)
        while row < end {
          tile.add(factor, vector(column), vector(column + 8))
          factor += rows
          column += pitch
          row += 1
        }
        if row < depth { try Cancellation.check() }
      }
      tile.store(lines + place, lines + place + 8, pitch: pitch)
    }
  }

  private func multiplyWide(
    _ rows: Int, _ factors: UnsafePointer<Float>, _ source: UnsafePointer<Float>, _ depth: Int,
    _ lines: UnsafeMutablePointer<Float>
  ) throws {
    for place in stride(from: 0, to: pitch, by: 32) {
      let hasSecond = place + 16 < pitch
      if place % 256 == 0 { try Cancellation.check() }
      var row = 0
      // Without filters there are sums all the same: zeros.
      repeat {
        let end = min(depth, row + Cancellation.piece)
        if row > 0 { try Cancellation.check() }
        let column = source + row * pitch + place
        WideProducts(
          factors: factors + row * rows, rowPitch: 1, depthPitch: rows, first: column,
          second: hasSecond ? column + 16 : nil, linePitch: pitch, depth: end - row
        ).add(
          rows: rows, to: lines + place, hasSecond ? lines + place + 16 : nil, pitch: pitch,
          continues: row > 0)
        row = end
      } while row < depth
    }
  }

  /// Adds the sums of one tap (channel, kernel row, kernel column) into the image.
  private func scatter(
    _ sums: UnsafePointer<Float>, tap: Int, to image: UnsafeMutablePointer<Float>
  ) {
    let kernel = shape.kernelHeight * shape.kernelWidth
    let plane = image + tap / kernel * shape.inPlane
    let top = tap % kernel / shape.kernelWidth * shape.rows.dilation - shape.rows.padding
    let left = tap % shape.kernelWidth * shape.columns.dilation - shape.columns.padding
    // What lies within the image.
    let columns = max(0, -left)..<max(0, -left, min(shape.outWidth, shape.width - left))
    let rows = max(0, -top)..<max(0, -top, min(shape.outHeight, shape.height - top))
    var target = plane + (rows.lowerBound + top) * shape.width + left + columns.lowerBound
    var source = sums + rows.lowerBound * shape.outWidth + columns.lowerBound
    if isWide {
      return dpu_wide_add_rows(
        source, shape.outWidth, rows.count, columns.count, target, shape.width)
    }
    for _ in rows {
      var x = 0
      while x + 8 <= columns.count {
        store8(vector(target + x) + vector(source + x), target + x)
        x += 8
      }
      while x < columns.count {
        target[x] += source[x]
        x += 1
      }
      target += shape.width
      source += shape.outWidth
    }
  }
}

/// Outputs of a plane at most: its columns stay in the second-level cache until they are added.
private let largestScatterPlane = 1024
/// Fewer filters do not pay for adding what they scatter.
private let fewestScatterFilters = 8

extension ConvolutionShape {
  /// Whether the input is so much larger than the output that scattering saves more than it costs.
  var isScatterCase: Bool {
    let positions = (outPlane + 15) / 16 * 16
    return hasUnitStride && outPlane <= largestScatterPlane
      && groupOutChannels >= fewestScatterFilters
      && inPlane * 4 >= positions * 5
  }
}
