import Kernels
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
///     guard let plan = try Broadcast(x.shape, y.shape) else { … }
///     try plan.fill(target, from: x, y) { $0 * $1 }
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
  /// The innermost dimension, neighbours that are walked through alike made one.
  @usableFromInline let inner: (size: Int, strides: SIMD4<Int>)
  /// The others, outermost first.
  @usableFromInline let outer: [(size: Int, strides: SIMD4<Int>)]

  /// Plans a broadcast of two shapes to the smallest that both fit.
  ///
  /// - Returns: nil where they do not fit each other.
  /// - Throws: ``ShapeError`` where no tensor can have the shape.
  public init?(_ first: Shape, _ second: Shape) throws(ShapeError) {
    // The most frequent ones, without a list.
    if first == second {
      self.init(first, steps: SIMD4(1, 1, 0, 0))
    } else if second.rank == 0 {
      self.init(first, steps: SIMD4(1, 0, 0, 0))
    } else if first.rank == 0 {
      self.init(second, steps: SIMD4(0, 1, 0, 0))
    } else {
      guard let common = try first.broadcast(with: second) else { return nil }
      self.init([first, second], to: common)
    }
  }

  private init(_ shape: Shape, steps: SIMD4<Int>) {
    (self.shape, inner, outer) = (shape, (shape.count, steps), [])
  }

  /// Plans the broadcast of at most four shapes to one that each of them fits.
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
    inner = merged.first ?? (1, .zero)
    outer = merged.dropFirst().reversed()
  }

  /// Calls `body` for each run of the result, or of some of its elements, in order.
  ///
  /// - Parameters:
  ///   - places: which elements of the result; all where nil.
  ///   - body: one run.
  /// - Throws: what `body` throws.
  @inlinable @inline(__always)
  public func forEachRow(
    in places: Range<Int>? = nil, _ body: (Row) throws -> Void
  ) rethrows {
    let places = places ?? 0..<shape.count
    guard !places.isEmpty else { return }
    if outer.isEmpty {
      let sources = inner.strides &* places.lowerBound
      return try body(
        Row(
          start: places.lowerBound, length: places.count, sources: sources, steps: inner.strides))
    }
    var walk = Walk(self, at: places.lowerBound)
    var start = places.lowerBound
    while start < places.upperBound {
      let length = min(inner.size - walk.offset, places.upperBound - start)
      try body(
        Row(
          start: start, length: length, sources: walk.sources &+ inner.strides &* walk.offset,
          steps: inner.strides))
      start += length
      walk.next(self)
    }
  }

  /// A place in the outer dimensions.
  @usableFromInline
  struct Walk {
    private var places: [Int]
    @usableFromInline var sources = SIMD4<Int>.zero
    /// How far into the innermost dimension the first run begins.
    @usableFromInline var offset: Int

    @usableFromInline
    init(_ plan: Broadcast, at element: Int) {
      places = [Int](repeating: 0, count: plan.outer.count)
      offset = element % plan.inner.size
      var rest = element / plan.inner.size
      for (dimension, (size, strides)) in plan.outer.enumerated().reversed() {
        places[dimension] = rest % size
        sources &+= strides &* places[dimension]
        rest /= size
      }
    }

    /// Goes on to the next run of the innermost dimension.
    @usableFromInline
    mutating func next(_ plan: Broadcast) {
      offset = 0
      var dimension = plan.outer.count - 1
      while dimension >= 0 {
        let (size, strides) = plan.outer[dimension]
        places[dimension] += 1
        sources &+= strides
        if places[dimension] < size { return }
        sources &-= strides &* size
        places[dimension] = 0
        dimension -= 1
      }
    }
  }

  /// Computes each element of the result from one of each of two sources, on all cores.
  ///
  /// - Parameters:
  ///   - target: the result's storage.
  ///   - first: the first source's.
  ///   - second: the second's.
  ///   - function: makes an element of two.
  /// - Throws: `Cancelled`, and what the function throws.
  @inlinable
  public func fill<Function: PairFunction>(
    _ target: UnsafeMutablePointer<Function.Result>, from first: UnsafePointer<Function.First>,
    _ second: UnsafePointer<Function.Second>, _ function: Function
  ) throws {
    try Parallel.forEachPiece(of: shape.count) { piece in
      try forEachRow(in: piece) { row in
        let (target, first, second) = (
          target + row.start, first + row.sources[0], second + row.sources[1]
        )
        // Written out for each way to walk, so that it is compiled into vectors.
        switch (row.steps[0], row.steps[1]) {
        case (1, 1):
          for index in 0..<row.length {
            (target + index).initialize(to: try function(first[index], second[index]))
          }
        case (1, 0):
          let second = second.pointee
          for index in 0..<row.length {
            (target + index).initialize(to: try function(first[index], second))
          }
        case (0, 1):
          let first = first.pointee
          for index in 0..<row.length {
            (target + index).initialize(to: try function(first, second[index]))
          }
        default:
          for index in 0..<row.length {
            (target + index).initialize(
              to: try function(first[index * row.steps[0]], second[index * row.steps[1]]))
          }
        }
      }
    }
  }
}

/// What becomes of two elements: a type and not a closure, so that it is compiled into the loops that
/// every thread runs.
public protocol PairFunction: Sendable {
  associatedtype First
  associatedtype Second
  associatedtype Result

  /// The element made of two.
  func callAsFunction(_ first: First, _ second: Second) throws -> Result
}

extension SIMD4<Int> {
  fileprivate static func == (left: SIMD4<Int>, right: SIMD4<Int>) -> Bool {
    left[0] == right[0] && left[1] == right[1] && left[2] == right[2] && left[3] == right[3]
  }
}

extension Broadcast.Row {
  /// Calls `body` for each element of the run with its place in the result and in two sources.
  @inlinable @inline(__always)
  public func forEach(_ body: (_ place: Int, _ first: Int, _ second: Int) throws -> Void) rethrows {
    for index in 0..<length {
      try body(start + index, sources[0] + steps[0] * index, sources[1] + steps[1] * index)
    }
  }
}

extension Tensor {
  /// A tensor of which each element is computed from one element of each of two tensors that are
  /// broadcast against each other as planned.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`, and what the function throws.
  @inlinable
  public init<Function: PairFunction>(
    _ first: Tensor, _ second: Tensor, _ plan: Broadcast, _ function: Function
  ) throws where Function.First == Float, Function.Second == Float, Function.Result == Float {
    try self.init(shape: plan.shape) { target in
      try first.withPointer { first in
        try second.withPointer { try plan.fill(target, from: first, $0, function) }
      }
    }
  }

  /// The same with a closure, on one thread.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  @inlinable @inline(__always)
  public init(
    _ first: Tensor, _ second: Tensor, _ plan: Broadcast, _ combine: (Float, Float) -> Float
  ) throws {
    try self.init(shape: plan.shape) { target in
      try Cancellation.forEachPiece(of: plan.shape.count) { piece in
        plan.forEachRow(in: piece) { row in
          row.forEach { target[$0] = combine(first.elements[$1], second.elements[$2]) }
        }
      }
    }
  }
}

extension PlainTensor {
  /// A tensor of which each element is computed from one element of each of two tensors that are
  /// broadcast against each other as planned.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`, and what the function throws.
  @inlinable
  public init<Function: PairFunction>(
    _ first: [Function.First], _ second: [Function.Second], _ plan: Broadcast,
    _ function: Function
  ) throws where Function.Result == Element {
    try plan.shape.claimMemory(MemoryLayout<Element>.stride)
    let elements = try Memory.array(claimed: plan.shape.count) { target in
      try first.withUnsafeBufferPointer { first in
        try second.withUnsafeBufferPointer { second in
          guard let first = first.baseAddress, let second = second.baseAddress else { return }
          try plan.fill(target, from: first, second, function)
        }
      }
    }
    self.init(elements, shape: plan.shape)
  }

  /// The same with a closure, on one thread.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`, and what `combine` throws.
  @inlinable @inline(__always)
  public init<A, B>(
    _ first: [A], _ second: [B], _ plan: Broadcast, _ combine: (A, B) throws -> Element
  ) throws {
    try plan.shape.claimMemory(MemoryLayout<Element>.stride)
    let elements = try Memory.array(claimed: plan.shape.count) { target in
      try Cancellation.forEachPiece(of: plan.shape.count) { piece in
        try plan.forEachRow(in: piece) { row in
          try row.forEach { (target + $0).initialize(to: try combine(first[$1], second[$2])) }
        }
      }
    }
    self.init(elements, shape: plan.shape)
  }
}
