import Running

/// The rows of a tensor: for each element of what is left when dimensions are reduced, the elements
/// that it is made of.
///
/// Rows are counted in the order of the result, and a row's elements in that of the tensor.
public struct RowLayout: Sendable {
  /// One loop over elements of the tensor that lie equally far apart.
  public struct Loop: Sendable {
    /// How many elements it visits.
    public let size: Int
    /// How far apart they lie.
    public let step: Int
  }

  /// The sizes of the tensor.
  public let shape: Shape
  /// The sizes of the result.
  public let resultShape: Shape
  /// The sizes of the result with 1 for each dimension that is reduced.
  public let keptShape: Shape
  /// How many rows there are.
  public let count: Int
  /// How many elements each has.
  public let length: Int
  /// The loops over rows, outermost first, those that are walked through alike made one.
  public let outer: [Loop]
  /// The loops over the elements of a row, outermost first, likewise.
  public let inner: [Loop]

  /// Lays out a tensor's rows.
  ///
  /// - Parameters:
  ///   - shape: the sizes of the tensor.
  ///   - dimensions: the dimensions that are reduced, each once and there.
  ///   - keepsDimensions: whether they stay in the result with size 1.
  public init(_ shape: Shape, reducing dimensions: [Int], keepsDimensions: Bool = false) {
    self.shape = shape
    let isReduced = (0..<shape.rank).map(dimensions.contains)
    keptShape = Shape((0..<shape.rank).map { isReduced[$0] ? 1 : shape[$0] })
    resultShape =
      keepsDimensions
      ? keptShape : Shape((0..<shape.rank).filter { !isReduced[$0] }.map { shape[$0] })
    count = resultShape.count
    length = dimensions.reduce(1) { $0 * shape[$1] }
    var (outer, inner): ([Loop], [Loop]) = ([], [])
    func add(_ loop: Loop, to loops: inout [Loop]) {
      if let last = loops.last, last.size * last.step == loop.step {
        loops[loops.count - 1] = Loop(size: last.size * loop.size, step: last.step)
      } else {
        loops.append(loop)
      }
    }
    var step = 1
    for dimension in (0..<shape.rank).reversed() {
      let loop = Loop(size: shape[dimension], step: step)
      step *= shape[dimension]
      guard loop.size != 1 else { continue }
      if isReduced[dimension] { add(loop, to: &inner) } else { add(loop, to: &outer) }
    }
    self.outer = outer.reversed()
    self.inner = inner.reversed()
  }

  /// A single row of all elements, as a sum of everything has it.
  public init(whole shape: Shape, keepsDimensions: Bool = false) {
    self.shape = shape
    keptShape = Shape([Int](repeating: 1, count: shape.rank))
    resultShape = keepsDimensions ? keptShape : []
    (count, length) = (1, shape.count)
    outer = []
    inner = length == 1 ? [] : [Loop(size: length, step: 1)]
  }

  /// Whether each row's elements lie one after the other, and the rows too.
  @inlinable public var isContiguous: Bool {
    inner.isEmpty || inner.count == 1 && inner[0].step == 1
  }

  /// The place in the tensor of an element of a row.
  @inlinable
  public func place(row: Int, of index: Int) -> Int {
    isContiguous
      ? row * length + index : Self.offset(row, in: outer) + Self.offset(index, in: inner)
  }

  @usableFromInline
  static func offset(_ position: Int, in loops: [Loop]) -> Int {
    var (rest, offset) = (position, 0)
    for loop in loops.reversed() {
      offset += rest % loop.size * loop.step
      rest /= loop.size
    }
    return offset
  }

  /// The row that an element of the tensor belongs to.
  public func row(of element: Int) -> Int {
    var (row, size) = (0, 1)
    for loop in outer.reversed() {
      row += element / loop.step % loop.size * size
      size *= loop.size
    }
    return row
  }

  /// The place of an element of the tensor within its row.
  public func index(of element: Int) -> Int {
    var (index, size) = (0, 1)
    for loop in inner.reversed() {
      index += element / loop.step % loop.size * size
      size *= loop.size
    }
    return index
  }

  /// Calls `body` for each row with its elements one after the other; looks at the cancel flag
  /// between rows.
  ///
  /// - Parameters:
  ///   - source: the tensor's elements.
  ///   - work: simple steps that each element takes.
  ///   - body: a row's number, and its first element.
  /// - Throws: `Cancelled`, `OutOfMemory`, and what `body` throws.
  @inlinable @inline(__always)
  public func forEachRow<Element>(
    of source: UnsafePointer<Element>, work: Int = 1,
    _ body: (Int, UnsafePointer<Element>) throws -> Void
  ) throws {
    if isContiguous {
      try Cancellation.forEachPiece(of: count, work: (length + 8) * work) { rows in
        for row in rows { try body(row, source + row * length) }
      }
      return
    }
    // Rows that lie side by side are copied together, so that each line of the cache is read once.
    let width = outer.last.map { $0.step == 1 ? min($0.size, 16) : 1 } ?? 1
    try Memory.borrow(bytes: width * length * MemoryLayout<Element>.stride)
    let buffer = UnsafeMutablePointer<Element>.allocate(capacity: max(1, width * length))
    defer { buffer.deallocate() }
    let inner = try Memory.array(mapping: length, work: 8) { Self.offset($0, in: self.inner) }
    let side = outer.last.map { $0.step == 1 ? $0.size : 1 } ?? 1
    var row = 0
    while row < count {
      try Cancellation.check()
      let taken = min(width, side - row % side)
      let start = source + Self.offset(row, in: outer)
      try Cancellation.forEachPiece(of: length, work: taken) { piece in
        for index in piece {
          let from = start + inner[index]
          for side in 0..<taken { buffer[side * length + index] = from[side] }
        }
      }
      for side in 0..<taken { try body(row + side, UnsafePointer(buffer + side * length)) }
      row += taken
    }
  }
}

extension PlainTensor {
  /// A tensor of one element for each row, computed from the row's elements.
  ///
  /// - Parameters:
  ///   - layout: the rows of this tensor.
  ///   - work: simple steps that each element takes.
  ///   - value: is given a row's first element; as many follow as the layout says.
  /// - Returns: a tensor of the result's shape.
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `OutOfMemory`, `Cancelled`, and what `value`
  ///   throws.
  @inlinable @inline(__always)
  public func reduced<Result: Sendable>(
    _ layout: RowLayout, work: Int = 1, _ value: (UnsafePointer<Element>) throws -> Result
  ) throws -> PlainTensor<Result> {
    let results: [Result] = try Memory.array(layout.count) { target in
      try elements.withUnsafeBufferPointer { source in
        // Rows without elements have no address; any that is never read will do.
        let base = source.baseAddress ?? Self.nowhere
        try layout.forEachRow(of: base, work: work) { row, elements in
          (target + row).initialize(to: try value(elements))
        }
      }
    }
    return PlainTensor<Result>(results, shape: layout.resultShape)
  }

  @usableFromInline
  static var nowhere: UnsafePointer<Element> {
    UnsafePointer(
      UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment).unsafelyUnwrapped)
  }
}
