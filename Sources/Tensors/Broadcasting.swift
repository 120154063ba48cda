import Running

extension Shape {
  /// The shape that both are broadcast to: sizes are compared from the last dimension on, and a
  /// size of 1 or a missing one is repeated.
  ///
  /// - Returns: nil where two sizes differ and neither is 1.
  /// - Throws: ``ShapeError`` where no tensor can have the shape.
  public func broadcast(with other: Shape) throws(ShapeError) -> Shape? {
    var sizes: [Int] = []
    for distance in 1...max(1, rank, other.rank) where distance <= max(rank, other.rank) {
      let first = distance <= rank ? self[rank - distance] : 1
      let second = distance <= other.rank ? other[other.rank - distance] : 1
      guard first == second || first == 1 || second == 1 else { return nil }
      sizes.append(first == 1 ? second : first)
    }
    return try Shape(checking: sizes.reversed())
  }
}

/// How up to four tensors of different shapes lie under one larger shape that they are broadcast to.
///
///     let plan = try Broadcast([x.shape, y.shape])
///     try plan.forEachRow { row in … }
public struct Broadcast: Sendable {
  /// A run of elements of the result, and where its elements come from.
  public struct Row: Sendable {
    /// The first element of the run in the result, in row-major order.
    public let start: Int
    /// How many elements it has.
    public let length: Int
    /// For each source the element that the first one comes from.
    public let sources: SIMD4<Int>
    /// For each source how far apart the elements are: 1, or 0 where one is repeated.
    public let steps: SIMD4<Int>

    @usableFromInline
    init(start: Int, length: Int, sources: SIMD4<Int>, steps: SIMD4<Int>) {
      self.start = start
      self.length = length
      self.sources = sources
      self.steps = steps
    }
  }

  /// The shape of the result.
  public let shape: Shape
  /// The dimensions, outermost first, neighbours that are walked through alike made one.
  @usableFromInline let dimensions: [(size: Int, strides: SIMD4<Int>)]

  /// Plans a broadcast of at most four shapes to the smallest that all of them fit.
  ///
  /// - Returns: nil where they do not fit each other.
  /// - Throws: ``ShapeError`` where no tensor can have the shape.
  public init?(_ shapes: Shape...) throws(ShapeError) {
    var common: Shape = []
    for shape in shapes {
      guard let next = try common.broadcast(with: shape) else { return nil }
      common = next
    }
    self.init(shapes, to: common)
  }

  /// Plans the broadcast of shapes to one that each of them fits.
  public init(_ shapes: [Shape], to shape: Shape) {
    precondition(shapes.count <= 4)
    self.shape = shape
    var merged: [(size: Int, strides: SIMD4<Int>)] = []
    var steps = SIMD4<Int>(repeating: 1)
    for distance in 1...max(1, shape.rank) where distance <= shape.rank {
      let size = shape[shape.rank - distance]
      guard size != 1 else { continue }
      var strides = SIMD4<Int>.zero
      for (place, source) in shapes.enumerated() where distance <= source.rank {
        let own = source[source.rank - distance]
        if own != 1 {
          strides[place] = steps[place]
          steps[place] *= own
        }
      }
      // Two dimensions are one where each step of the outer goes on after the inner's last element.
      if let inner = merged.last, inner.strides &* inner.size == strides {
        merged[merged.count - 1].size *= size
      } else {
        merged.append((size, strides))
      }
    }
    dimensions = merged.reversed()
  }

  /// Calls `body` for each run of the result, in order; looks at the cancel flag in between.
  ///
  /// - Parameters:
  ///   - work: simple steps that each element takes.
  ///   - body: one run.
  /// - Throws: `Cancelled`, and what `body` throws.
  @inlinable @inline(__always)
  public func forEachRow(work: Int = 1, _ body: (Row) throws -> Void) throws {
    guard shape.count > 0 else { return }
    guard let inner = dimensions.last else {
      return try body(Row(start: 0, length: 1, sources: .zero, steps: .zero))
    }
    var places = [Int](repeating: 0, count: dimensions.count)
    var sources = SIMD4<Int>.zero
    var start = 0
    var passed = 0
    let limit = max(1, Cancellation.piece / max(1, work))
    while true {
      // A long run is cut, so that the flag is looked at in time.
      var offset = 0
      while offset < inner.size {
        let length = min(inner.size - offset, limit)
        try body(
          Row(
            start: start + offset, length: length, sources: sources &+ inner.strides &* offset,
            steps: inner.strides))
        offset += length
        passed += length + 8
        if passed >= limit {
          passed = 0
          try Cancellation.check()
        }
      }
      start += inner.size
      var dimension = dimensions.count - 2
      while dimension >= 0 {
        places[dimension] += 1
        sources &+= dimensions[dimension].strides
        if places[dimension] < dimensions[dimension].size { break }
        sources &-= dimensions[dimension].strides &* dimensions[dimension].size
        places[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }
}

extension SIMD4<Int> {
  fileprivate static func == (left: SIMD4<Int>, right: SIMD4<Int>) -> Bool {
    left[0] == right[0] && left[1] == right[1] && left[2] == right[2] && left[3] == right[3]
  }
}

extension Broadcast.Row {
  /// Calls `body` for each element of the run with its place in the result and in two sources.
  ///
  /// The loop is written out for each way to walk, so that it is compiled into vectors.
  @inlinable @inline(__always)
  public func forEach(_ body: (_ place: Int, _ first: Int, _ second: Int) throws -> Void) rethrows {
    let (a, b) = (sources[0], sources[1])
    switch (steps[0], steps[1]) {
    case (1, 1): for index in 0..<length { try body(start + index, a + index, b + index) }
    case (1, 0): for index in 0..<length { try body(start + index, a + index, b) }
    case (0, 1): for index in 0..<length { try body(start + index, a, b + index) }
    default:
      for index in 0..<length {
        try body(start + index, a + steps[0] * index, b + steps[1] * index)
      }
    }
  }
}

extension Tensor {
  /// A tensor of which each element is computed from one element of each of two tensors that are
  /// broadcast against each other as planned.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  @inlinable @inline(__always)
  public init(
    _ first: Tensor, _ second: Tensor, _ plan: Broadcast, _ combine: (Float, Float) -> Float
  ) throws {
    try self.init(shape: plan.shape) { target in
      try first.withPointer { first in
        try second.withPointer { second in
          try plan.forEachRow { row in
            row.forEach { target[$0] = combine(first[$1], second[$2]) }
          }
        }
      }
    }
  }
}

extension PlainTensor {
  /// A tensor of which each element is computed from one element of each of two tensors that are
  /// broadcast against each other as planned.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`, and what `combine` throws.
  @inlinable @inline(__always)
  public init<A, B>(
    _ first: [A], _ second: [B], _ plan: Broadcast, _ combine: (A, B) throws -> Element
  ) throws {
    try plan.shape.claimMemory(MemoryLayout<Element>.stride)
    let elements = try Memory.array(claimed: plan.shape.count) { target in
      try plan.forEachRow { row in
        try row.forEach { (target + $0).initialize(to: try combine(first[$1], second[$2])) }
      }
    }
    self.init(elements, shape: plan.shape)
  }
}
