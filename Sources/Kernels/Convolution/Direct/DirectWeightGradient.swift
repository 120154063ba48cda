import Running

// The gradient of the weight as inner products of upstream planes and shifted input planes, eight
// positions side by side: neither operand is transposed, and no window is copied.

/// The gradient of the weight.
///
/// The work is cut into units, bands of one image or a few small images, which are shared out among
/// at most sixteen slices by the shape alone. In a slice each unit's inner products, fused
/// multiply-adds in eight lanes that are joined at the end of the unit, are added in order; then the
/// slices are added in order.
///
/// - Throws: ``Cancelled``.
func directConvolutionWeightGradient(
  input: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
  gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape
) throws {
  let plan = try shape.forwardPlan()
  let product = try UnitProduct(shape: shape, plan: plan)
  let weights = shape.outChannels * shape.taps
  let units = product.units
  let slices = min(units, 16, max(1, (4 << 20) / weights))
  let parts = min(max(1, 8 / slices), product.blocks.count)
  let work = weights * shape.outPlane * shape.batch
  try Scratch.withFloats(slices * weights) { partial in
    let (input, upstream) = (Shared(input), Shared(upstream))
    let sums = Shared(partial)
    try Parallel.forEach(slices * parts, work: work) { task in
      let (slice, part) = (task / parts, task % parts)
      let blocks =
        product.blocks.count * part / parts..<product.blocks.count * (part + 1) / parts
      for unit in units * slice / slices..<units * (slice + 1) / slices {
        try product.add(
          unit, input: input.pointer, upstream: upstream.pointer, blocks: blocks,
          isFirst: unit == units * slice / slices, to: sums.pointer + slice * weights)
      }
    }
    try Cancellation.forEachPiece(of: weights) { piece in
      (gradient + piece.lowerBound).update(from: partial + piece.lowerBound, count: piece.count)
    }
    for slice in 1..<max(1, slices) {
      try Cancellation.check()
      for index in 0..<weights { gradient[index] += partial[slice * weights + index] }
    }
  }
  // Between two rows zeros meet inputs that belong to no window; only an infinity or NaN shows.
  if try Cancellation.count(of: weights, where: { !gradient[$0].isFinite }) > 0 {
    try sequentialConvolutionWeightGradient(
      input: input, upstream: upstream, gradient: gradient, shape: shape)
  }
}

/// The inner products of one unit, added to the sums so far.
private struct UnitProduct: Sendable {
  let shape: ConvolutionShape
  let plan: GatherPlan
  /// Images of a unit: several where one is so small that joining lanes would take too long.
  let images: Int
  /// Where each vector of positions of a unit begins in the padded input.
  let places: [Int]
  /// Vectors of one image, and floats of its padded planes.
  let vectors: Int
  let planes: Int
  /// Offsets of the taps of a group, repeated at the end up to a multiple of three.
  let offsets: [Int]
  /// Blocks of a group's filters.
  let blocks: RowBlocks
  /// Elements from one row of upstream to the next, chosen so that vectors match `places`.
  let upstreamPitch: Int
  private let isWide = VectorWidth.isWide

  init(shape: ConvolutionShape, plan: GatherPlan) throws {
    self.shape = shape
    self.plan = plan
    let places = try plan.groups()
    let planes = (plan.planesSize(channels: shape.groupInChannels) + 15) / 16 * 16
    let images =
      plan.bands > 1 ? 1 : max(1, min(GatherPlan.bandPositions / 8 / places.count, shape.batch / 8))
    self.places = try claimedList(images * places.count) {
      $0 / places.count * planes + places[$0 % places.count]
    }
    (self.images, self.planes, vectors) = (images, planes, places.count)
    var offsets = try plan.offsets(channels: shape.groupInChannels)
    let last = offsets[offsets.count - 1]
    while offsets.count % 3 != 0 { offsets.append(last) }
    self.offsets = offsets
    blocks = RowBlocks(
      rows: shape.groupOutChannels, limit: InnerProducts.rowsAtOnce(isWide: isWide))
    upstreamPitch = plan.goesThrough ? plan.pitch : (plan.outWidth + 7) / 8 * 8
  }

  var units: Int { (shape.batch + images - 1) / images * plan.bands }

  func add(
    _ unit: Int, input: UnsafePointer<Float>, upstream: UnsafePointer<Float>, blocks: Range<Int>,
    isFirst: Bool, to sums: UnsafeMutablePointer<Float>
  ) throws {
    let band = unit % plan.bands
    let first = unit / plan.bands * images
    let images = first..<min(shape.batch, first + images)
    let step = plan.channelSize
    let line = places.count * 8 + max(0, plan.bandRows * upstreamPitch - vectors * 8)
    try Scratch.withFloats(places.count / vectors * planes + self.blocks.limit * line) {
      scratch in
      let lines = scratch + places.count / vectors * planes
      for group in 0..<shape.groups {
        for image in images {
          for (index, channel) in shape.inChannels(of: group).enumerated() {
            try Cancellation.check()
            try plan.load(
              scratch + (image - first) * planes + index * step,
              from: input + (image * shape.inChannels + channel) * shape.inPlane, band: band)
          }
        }
        for block in blocks {
          try Cancellation.check()
          let filter = group * shape.groupOutChannels + self.blocks.first(block)
          let size = self.blocks.size(block)
          for row in 0..<size {
            for image in images {
              try load(
                upstream + (image * shape.outChannels + filter + row) * shape.outPlane, band: band,
                to: lines + row * line + (image - first) * vectors * 8)
            }
          }
          let target = sums + filter * shape.taps
          if isFirst { try fill(target, count: size * shape.taps) }
          let count = images.count * vectors
          if isWide {
            try multiplyWide(size, lines, line, count, scratch, target)
            continue
          }
          switch size {
          case 1: try multiply(Dots<1>(), lines, line, count, scratch, target)
          case 2: try multiply(Dots<2>(), lines, line, count, scratch, target)
          case 3: try multiply(Dots<3>(), lines, line, count, scratch, target)
          default: try multiply(Dots<4>(), lines, line, count, scratch, target)
          }
        }
      }
    }
  }

  /// Copies a band of one upstream plane, zeros where no output is.
  private func load(
    _ plane: UnsafePointer<Float>, band: Int, to target: UnsafeMutablePointer<Float>
  ) throws {
    let rows = plan.rows(band)
    if upstreamPitch == plan.outWidth {
      let count = rows.count * upstreamPitch
      try copy(plane + rows.lowerBound * upstreamPitch, to: target, count: count)
      return try fill(target + count, count: max(count, vectors * 8) - count)
    }
    var position = 0
    for row in rows {
      let source = plane + row * plan.outWidth
      try Cancellation.forEachPiece(of: plan.outWidth) { piece in
        for x in piece { target[position + x] = source[x] }
      }
      for x in plan.outWidth..<upstreamPitch { target[position + x] = 0 }
      position += upstreamPitch
    }
    try fill(target + position, count: max(position, vectors * 8) - position)
  }

  private func multiplyWide(
    _ rows: Int, _ lines: UnsafePointer<Float>, _ line: Int, _ count: Int,
    _ planes: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
  ) throws {
    // So many taps take as long as one piece of elements.
    let stretch = max(1, Cancellation.piece / max(1, count)) * 6
    let last = offsets.count - 1
    try places.withUnsafeBufferPointer { places in
      for tap in stride(from: 0, to: shape.taps, by: 6) {
        if tap % stretch == 0 { try Cancellation.check() }
        func column(_ index: Int) -> UnsafePointer<Float> {
          planes + offsets[min(tap + index, last)]
        }
        WideInnerProducts(
          lines: lines, pitch: line,
          columns: (column(0), column(1), column(2), column(3), column(4), column(5)),
          places: places.baseAddress, count: count * 8
        ).add(rows: rows, to: sums + tap, pitch: shape.taps, columns: min(6, shape.taps - tap))
      }
    }
  }

  @inline(__always)
  private func multiply<let rows: Int>(
    _ zero: Dots<rows>, _ lines: UnsafePointer<Float>, _ line: Int, _ count: Int,
    _ planes: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
  ) throws {
    // So many triples of taps take as long as one piece of elements.
    let stretch = max(1, Cancellation.piece / max(1, count)) * 3
    for tap in stride(from: 0, to: offsets.count, by: 3) {
      let (a, b, c) = (
        planes + offsets[tap], planes + offsets[tap + 1], planes + offsets[tap + 2]
      )
      if tap % stretch == 0 { try Cancellation.check() }
      var dots = zero
      var index = 0
      while index < count {
        let end = min(count, index + Cancellation.piece)
        while index < end {
          let place = places[index]
          dots.add(
            lines + index * 8, line, vector(a + place), vector(b + place), vector(c + place))
          index += 1
        }
        if index < count { try Cancellation.check() }
      }
      dots.join(to: sums + tap, pitch: shape.taps, columns: min(3, shape.taps - tap))
    }
  }
}
