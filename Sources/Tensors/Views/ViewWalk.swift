import Running

/// The way through a plan's elements, in the order of the view: neighbouring dimensions that go on in
/// one step are made one.
public struct ViewWalk: Sendable {
  /// A part of the view: rows of elements that lie evenly apart in the tensor.
  public struct Block {
    /// The first element's place in the view, and how far apart there the rows begin.
    public let place: Int
    /// How far apart the rows begin in the view.
    public let rowLength: Int
    /// The first element's place in the tensor.
    public let source: Int
    /// How far apart the rows begin in the tensor.
    public let rowStep: Int
    /// How far apart a row's elements lie in the tensor.
    public let step: Int
    /// How many rows there are.
    public let rows: Int
    /// How many elements each has.
    public let length: Int

    @usableFromInline
    init(
      place: Int, rowLength: Int, source: Int, rowStep: Int, step: Int, rows: Int, length: Int
    ) {
      (self.place, self.rowLength, self.source) = (place, rowLength, source)
      (self.rowStep, self.step, self.rows, self.length) = (rowStep, step, rows, length)
    }
  }

  /// The number of elements.
  public let count: Int
  @usableFromInline let offset: Int
  @usableFromInline let outer: [(size: Int, stride: Int)]
  @usableFromInline let rows: (size: Int, stride: Int)
  @usableFromInline let row: (size: Int, stride: Int)

  /// Makes the way through a plan.
  public init(_ plan: ViewPlan) {
    count = plan.shape.count
    offset = plan.offset
    var merged: [(size: Int, stride: Int)] = []
    for (size, stride) in zip(plan.shape.dimensions, plan.strides).reversed() where size != 1 {
      if let inner = merged.last, inner.stride * inner.size == stride {
        merged[merged.count - 1].size *= size
      } else {
        merged.append((size, stride))
      }
    }
    row = merged.first ?? (1, 1)
    rows = merged.dropFirst().first ?? (1, 0)
    outer = merged.dropFirst(2).reversed()
  }

  /// Calls `body` for each block; looks at the cancel flag in between.
  ///
  /// Where rows lie closer to each other in the tensor than the elements of a row do, the blocks are
  /// small squares, of which both sides stay in the processor's cache. Of places that show the same
  /// element, the earlier one comes first.
  ///
  /// - Throws: `Cancelled`, and what `body` throws.
  @inlinable @inline(__always)
  public func forEachBlock(_ body: (Block) throws -> Void) throws {
    guard count > 0 else { return }
    let isAcross = row.stride.magnitude > max(1, rows.stride.magnitude) && rows.size > 1
    let width = min(row.size, isAcross ? 64 : Cancellation.piece)
    let height = min(rows.size, isAcross ? 64 : max(1, Cancellation.piece / width))
    var places = outer.isEmpty ? [] : [Int](repeating: 0, count: outer.count)
    var (source, place, passed) = (offset, 0, 0)
    while true {
      var top = 0
      while top < rows.size {
        let rowCount = min(height, rows.size - top)
        var left = 0
        while left < row.size {
          let length = min(width, row.size - left)
          try body(
            Block(
              place: place + top * row.size + left, rowLength: row.size,
              source: source + top * rows.stride + left * row.stride, rowStep: rows.stride,
              step: row.stride, rows: rowCount, length: length))
          left += length
          passed += rowCount * length + 8
          if passed >= Cancellation.piece {
            passed = 0
            try Cancellation.check()
          }
        }
        top += rowCount
      }
      place += rows.size * row.size
      var dimension = outer.count - 1
      while dimension >= 0 {
        places[dimension] += 1
        source += outer[dimension].stride
        if places[dimension] < outer[dimension].size { break }
        source -= outer[dimension].stride * outer[dimension].size
        places[dimension] = 0
        dimension -= 1
      }
      if dimension < 0 { return }
    }
  }

  /// Calls `body` for each element with its place in the view and in the tensor.
  ///
  /// - Throws: `Cancelled`, and what `body` throws.
  @inlinable @inline(__always)
  public func forEach(_ body: (_ place: Int, _ source: Int) throws -> Void) throws {
    try forEachBlock { try $0.forEach(body) }
  }
}

extension ViewWalk.Block {
  /// Calls `body` for each element with its place in the view and in the tensor.
  ///
  /// The loop is written out for each way to walk, so that it is compiled into vectors.
  @inlinable @inline(__always)
  public func forEach(_ body: (_ place: Int, _ source: Int) throws -> Void) rethrows {
    for index in 0..<rows {
      let (place, source) = (place + index * rowLength, source + index * rowStep)
      switch step {
      case 1: for column in 0..<length { try body(place + column, source + column) }
      case 0: for column in 0..<length { try body(place + column, source) }
      default: for column in 0..<length { try body(place + column, source + column * step) }
      }
    }
  }
}

extension ViewPlan: ElementPlan {
  @inlinable @inline(__always)
  public func forEach(_ body: (_ place: Int, _ source: Int) throws -> Void) throws {
    try ViewWalk(self).forEach(body)
  }

  // Strides come from views of tensors in row-major order: what a dimension spans is less than a step
  // of the next larger one.
  public func places(of element: Int) throws -> [Int] {
    guard shape.count > 0 else { return [] }
    let own = ViewPlan(whole: shape).strides
    // Counted from the element that lies first in the tensor.
    var rest = element - offset
    for (size, stride) in zip(shape.dimensions, strides) where stride < 0 {
      rest -= (size - 1) * stride
    }
    var first = 0
    let moving = strides.indices.filter { strides[$0] != 0 && shape[$0] > 1 }
    for dimension in moving.sorted(by: { strides[$0].magnitude > strides[$1].magnitude }) {
      let step = abs(strides[dimension])
      let index = rest / step
      guard rest >= 0, index < shape[dimension] else { return [] }
      first += own[dimension] * (strides[dimension] > 0 ? index : shape[dimension] - 1 - index)
      rest -= index * step
    }
    guard rest == 0 else { return [] }
    let resting = strides.indices.filter { strides[$0] == 0 }
    let copies = ViewWalk(
      ViewPlan(
        shape: Shape(resting.map { shape[$0] }), strides: resting.map { own[$0] }, offset: first))
    return try Memory.array(copies.count) { target in
      try copies.forEach { (target + $0).initialize(to: $1) }
    }
  }

  public var copyLimit: Int {
    zip(shape.dimensions, strides).reduce(1) { $1.1 == 0 ? $0 * $1.0 : $0 }
  }
}
