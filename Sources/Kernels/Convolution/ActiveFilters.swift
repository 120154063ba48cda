import CVectors
import Running
import Synchronization

// Filters and channels that pruning masked are all zeros. They need no work, as long as no infinity
// or NaN on the other side would have made a NaN of a zero.

extension ConvolutionShape {
  /// For each group its filters.
  ///
  /// - Throws: ``Cancelled``.
  func allFilters() throws -> [[Int]] {
    try (0..<groups).map { group in
      try Cancellation.check()
      return Array(outChannels(of: group))
    }
  }

  /// For each group the filters with a weight that is not zero, in order.
  ///
  /// - Throws: ``OutOfMemory`` where there are so many filters that lists of them do not fit,
  ///   ``Cancelled``.
  func activeFilters(_ weight: UnsafePointer<Float>) throws -> [[Int]] {
    try claimLists()
    return try (0..<groups).map { group in
      try outChannels(of: group).filter { filter in
        if filter & 0xfff == 0 { try Cancellation.check() }
        return !isAllZero(weight + filter * taps, count: taps)
      }
    }
  }

  /// For each group the input channels for which one of these filters has a weight that is not zero,
  /// in order; all of them where there is none.
  ///
  /// - Throws: ``Cancelled``.
  func activeChannels(_ weight: UnsafePointer<Float>, filters: [[Int]]) throws -> [[Int]] {
    let kernel = kernelHeight * kernelWidth
    return try (0..<groups).map { group in
      let channels = inChannels(of: group)
      let active = try channels.filter { channel in
        try Cancellation.check()
        let place = weight + channel % groupInChannels * kernel
        return filters[group].contains { !isAllZero(place + $0 * taps, count: kernel) }
      }
      return active.isEmpty ? Array(channels) : active
    }
  }

  /// Claims memory for the lists of filters, channels, taps and places in a row that a convolution
  /// makes.
  ///
  /// - Throws: ``OutOfMemory``.
  func claimLists() throws {
    let kernel = kernelHeight * kernelWidth
    let numbers =
      (outChannels + inChannels) * 8 + taps * 4 + kernel * 16 + max(width, outWidth) / 2
    try Memory.borrow(bytes: numbers * MemoryLayout<Int>.stride)
  }

  /// The filters that are not among these, in order.
  ///
  /// - Throws: ``Cancelled``.
  func others(than filters: [[Int]]) throws -> [Int] {
    var others: [Int] = []
    var next = 0
    for filter in filters.joined() {
      try Cancellation.check()
      others += next..<filter
      next = filter + 1
    }
    return others + (next..<outChannels)
  }
}

/// The filters that a forward pass must compute: the active ones, or all of them when a zero would
/// meet an infinity or NaN.
///
/// - Throws: ``Cancelled``.
func filtersToCompute(
  active: [[Int]], input: UnsafePointer<Float>, shape: ConvolutionShape
) throws -> [[Int]] {
  guard active.reduce(0, { $0 + $1.count }) < shape.outChannels else { return active }
  let count = shape.batch * shape.inChannels * shape.inPlane
  return try isModerate(input, count: count) ? active : try shape.allFilters()
}

/// Writes the planes of skipped filters: what the sum of nothing but zeros and the bias is.
///
/// - Throws: ``Cancelled``.
func fillSkipped(
  _ output: UnsafeMutablePointer<Float>, bias: UnsafePointer<Float>?, filters: [[Int]],
  shape: ConvolutionShape
) throws {
  let skipped = try shape.others(than: filters)
  let (output, bias) = (Shared(output), Shared(bias))
  let work = skipped.count * shape.batch * shape.outPlane
  try Parallel.forEach(skipped.count, work: work) { index in
    let filter = skipped[index]
    for image in 0..<shape.batch {
      try Cancellation.check()
      try fill(
        output.pointer + (image * shape.outChannels + filter) * shape.outPlane,
        with: 0 + (bias.pointer?[filter] ?? 0), count: shape.outPlane)
    }
  }
}

/// The filters that take part in the gradient of the input: those with weights, or all of them when
/// a zero would meet an infinity or NaN.
///
/// - Throws: ``Cancelled``.
func filtersToUse(
  active: [[Int]], upstream: UnsafePointer<Float>, shape: ConvolutionShape
) throws -> [[Int]] {
  let skipped = try shape.others(than: active)
  let upstream = Shared(upstream)
  let isModerate = Atomic<Bool>(true)
  let work = skipped.count * shape.batch * shape.outPlane
  try Parallel.forEach(skipped.count, work: work) { index in
    for image in 0..<shape.batch where isModerate.load(ordering: .relaxed) {
      try Cancellation.check()
      let plane = (image * shape.outChannels + skipped[index]) * shape.outPlane
      try Cancellation.forEachPiece(of: shape.outPlane) { piece in
        if isAnyImmoderate(upstream.pointer + plane + piece.lowerBound, count: piece.count) {
          isModerate.store(false, ordering: .relaxed)
        }
      }
    }
  }
  return isModerate.load(ordering: .relaxed) ? active : try shape.allFilters()
}

/// Whether some weight is zero and the other operand finite, so that its products need no work.
///
/// - Throws: ``Cancelled``.
func hasNeedlessZero(
  _ weights: UnsafePointer<Float>, count: Int, other: UnsafePointer<Float>, otherCount: Int
) throws -> Bool {
  var hasZero = false
  try Cancellation.forEachPiece(of: count) { piece in
    for index in piece where weights[index] == 0 { hasZero = true }
  }
  return hasZero ? try isModerate(other, count: otherCount) : false
}

/// Whether all values are +0 or −0.
func isAllZero(_ values: UnsafePointer<Float>, count: Int) -> Bool {
  @inline(__always)
  func bits(_ index: Int) -> SIMD8<UInt32> {
    UnsafeRawPointer(values + index).loadUnaligned(as: SIMD8<UInt32>.self)
  }
  var index = 0
  // Without its sign a zero has no bits.
  while index + 32 <= count {
    let all = (bits(index) | bits(index + 8)) | (bits(index + 16) | bits(index + 24))
    guard (all & 0x7fff_ffff).max() == 0 else { return false }
    index += 32
  }
  while index < count, values[index] == 0 { index += 1 }
  return index >= count
}

/// Values of a task in ``isModerate(_:count:)``: enough that handing it out costs nothing.
private let isModerateTaskLength = 1 << 16

/// Whether all values are finite, and small enough that sums of sixteen are finite too.
///
/// - Throws: ``Cancelled``.
func isModerate(_ values: UnsafePointer<Float>, count: Int) throws -> Bool {
  let part = isModerateTaskLength
  let values = Shared(values)
  let isModerate = Atomic<Bool>(true)
  try Parallel.forEach((count + part - 1) / part, work: count) { task in
    guard isModerate.load(ordering: .relaxed) else { return }
    let first = task * part
    if isAnyImmoderate(values.pointer + first, count: min(part, count - first)) {
      isModerate.store(false, ordering: .relaxed)
    }
  }
  return isModerate.load(ordering: .relaxed)
}

/// Whether some value is not finite or exceeds 2¹²⁰.
func isAnyImmoderate(_ values: UnsafePointer<Float>, count: Int) -> Bool {
  if VectorWidth.isWide { return dpu_wide_is_any_immoderate(values, count) }
  // Without the sign the bits of floats are in the order of their values, infinity and NaN last; a
  // difference below zero sets the sign.
  let limit = SIMD8(repeating: Int32(bitPattern: Float(0x1p120).bitPattern))
  var (index, excess) = (0, SIMD8<Int32>.zero)
  while index + 32 <= count {
    for part in 0..<4 {
      let bits = UnsafeRawPointer(values + index + part * 8)
        .loadUnaligned(as: SIMD8<Int32>.self)
      excess |= limit &- (bits & 0x7fff_ffff)
    }
    index += 32
  }
  while index < count {
    excess[0] |= limit[0] &- Int32(bitPattern: values[index].magnitude.bitPattern)
    index += 1
  }
  return excess.min() < 0
}
