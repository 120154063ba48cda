// The gradient of the weight as inner products of upstream planes and shifted input planes, eight
// positions side by side: neither operand is transposed, and no window is copied.

/// The gradient of the weight.
///
/// The images, cut into bands, are shared out among at most sixteen slices by the shape alone. In a
/// slice each band's inner products, fused multiply-adds in eight lanes that are joined at the end
/// of the band, are added in order; then the slices are added in order.
///
/// - Throws: ``Cancelled``.
func directConvolutionWeightGradient(
  input: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
  gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape
) throws(Cancelled) {
  let plan = shape.forwardPlan
  let product = BandProduct(shape: shape, plan: plan)
  let weights = shape.outChannels * shape.taps
  let units = shape.batch * plan.bands
  let slices = min(units, 16, max(1, (4 << 20) / weights))
  let parts = min(max(1, 8 / slices), product.blocks.count)
  let work = weights * shape.outPlane * shape.batch
  try Scratch.withFloats(slices * weights) { partial throws(Cancelled) in
    let (input, upstream) = (Shared(input), Shared(upstream))
    let sums = Shared(partial)
    try Parallel.forEach(slices * parts, work: work) { task throws(Cancelled) in
      let (slice, part) = (task / parts, task % parts)
      let blocks =
        product.blocks.count * part / parts..<product.blocks.count * (part + 1) / parts
      for unit in units * slice / slices..<units * (slice + 1) / slices {
        let (image, band) = (unit / plan.bands, unit % plan.bands)
        try product.add(
          input: input.pointer + image * shape.inChannels * shape.inPlane,
          upstream: upstream.pointer + image * shape.outChannels * shape.outPlane, band: band,
          blocks: blocks, isFirst: unit == units * slice / slices,
          to: sums.pointer + slice * weights)
      }
    }
    gradient.update(from: partial, count: weights)
    for slice in 1..<max(1, slices) {
      try Cancellation.check()
      for index in 0..<weights { gradient[index] += partial[slice * weights + index] }
    }
  }
  // Between two rows zeros meet inputs that belong to no window; only an infinity or NaN shows.
  if (0..<weights).contains(where: { !gradient[$0].isFinite }) {
    try sequentialConvolutionWeightGradient(
      input: input, upstream: upstream, gradient: gradient, shape: shape)
  }
}

/// One image's band: its inner products added to the sums so far.
private struct BandProduct: Sendable {
  let shape: ConvolutionShape
  let plan: GatherPlan
  /// Where each vector of positions begins in the padded input.
  let places: [Int]
  /// Offsets of the taps of a group, repeated at the end up to a multiple of three.
  let offsets: [Int]
  /// Blocks of a group's filters.
  let blocks: RowBlocks
  /// Elements from one row of upstream to the next, chosen so that vectors match `places`.
  let upstreamPitch: Int

  init(shape: ConvolutionShape, plan: GatherPlan) {
    self.shape = shape
    self.plan = plan
    places = plan.groups
    var offsets = plan.offsets(channels: shape.groupInChannels)
    let last = offsets[offsets.count - 1]
    while offsets.count % 3 != 0 { offsets.append(last) }
    self.offsets = offsets
    blocks = RowBlocks(rows: shape.groupOutChannels, limit: 4)
    upstreamPitch = plan.goesThrough ? plan.pitch : (plan.outWidth + 7) / 8 * 8
  }

  func add(
    input: UnsafePointer<Float>, upstream: UnsafePointer<Float>, band: Int, blocks: Range<Int>,
    isFirst: Bool, to sums: UnsafeMutablePointer<Float>
  ) throws(Cancelled) {
    let step = plan.step * plan.step * plan.planeSize
    let planes = (plan.planesSize(channels: shape.groupInChannels) + 15) / 16 * 16
    let line = max(places.count * 8, plan.bandRows * upstreamPitch)
    let (firstFilter, endFilter) = (
      self.blocks.first(blocks.lowerBound),
      self.blocks.first(blocks.upperBound)
    )
    try Scratch.withFloats(planes + 4 * line) { scratch throws(Cancelled) in
      for group in 0..<shape.groups {
        for (index, channel) in shape.inChannels(of: group).enumerated() {
          try Cancellation.check()
          plan.fill(scratch + index * step, from: input + channel * shape.inPlane, band: band)
        }
        if isFirst {
          let first = group * shape.groupOutChannels + firstFilter
          (sums + first * shape.taps).update(
            repeating: 0, count: (endFilter - firstFilter) * shape.taps)
        }
        for block in blocks {
          try Cancellation.check()
          let filter = group * shape.groupOutChannels + self.blocks.first(block)
          let size = self.blocks.size(block)
          for row in 0..<size {
            load(
              upstream + (filter + row) * shape.outPlane, band: band,
              to: scratch + planes + row * line, count: line)
          }
          let (target, lines) = (sums + filter * shape.taps, scratch + planes)
          switch size {
          case 1: multiply(Dots<1>(), lines, line, scratch, target)
          case 2: multiply(Dots<2>(), lines, line, scratch, target)
          case 3: multiply(Dots<3>(), lines, line, scratch, target)
          default: multiply(Dots<4>(), lines, line, scratch, target)
          }
        }
      }
    }
  }

  /// Copies a band of one upstream plane, zeros where no output is.
  private func load(
    _ plane: UnsafePointer<Float>, band: Int, to target: UnsafeMutablePointer<Float>, count: Int
  ) {
    var position = 0
    for row in plan.rows(band) {
      let source = plane + row * plan.outWidth
      for x in 0..<plan.outWidth { target[position + x] = source[x] }
      for x in plan.outWidth..<upstreamPitch { target[position + x] = 0 }
      position += upstreamPitch
    }
    (target + position).update(repeating: 0, count: count - position)
  }

  @inline(__always)
  private func multiply<let rows: Int>(
    _ zero: Dots<rows>, _ lines: UnsafePointer<Float>, _ line: Int, _ planes: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>
  ) {
    for tap in stride(from: 0, to: offsets.count, by: 3) {
      let (a, b, c) = (
        planes + offsets[tap], planes + offsets[tap + 1], planes + offsets[tap + 2]
      )
      var dots = zero
      for index in 0..<places.count {
        let place = places[index]
        dots.add(
          lines + index * 8, line, vector(a + place), vector(b + place), vector(c + place))
      }
      dots.join(to: sums + tap, pitch: shape.taps, columns: min(3, shape.taps - tap))
    }
  }
}
