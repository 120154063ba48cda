import Running

/// Which elements of a tensor indices pick: those of some dimensions together, at places that follow no
/// rule, and all of the other dimensions.
public struct IndexPlan: ElementPlan {
  /// The sizes of the result: the outer dimensions, those of the indices, the inner ones.
  public let shape: Shape
  /// For each place of the indices how far into the tensor they lead.
  @usableFromInline let places: [Int]
  @usableFromInline let outer: ViewWalk
  @usableFromInline let inner: ViewWalk
  /// The tensor, and which of its dimensions are the outer and the inner ones.
  private let whole: ViewPlan
  private let dimensions: (outer: [Int], inner: [Int])
  /// Whether each place leads further than the one before, as those of a mask do.
  private let isAscending: Bool

  /// Makes a plan.
  ///
  /// - Parameters:
  ///   - tensor: the shape of the tensor.
  ///   - places: for each place of the indices how far into the tensor they lead.
  ///   - outer: the dimensions in front of those of the indices in the result.
  ///   - inner: the dimensions after them; what is neither, the indices are about.
  /// - Throws: ``ShapeError`` where no tensor can have the result's shape, `Cancelled`.
  public init(
    _ tensor: Shape, places: PlainTensor<Int>, outer: [Int], inner: [Int]
  ) throws {
    let whole = ViewPlan(whole: tensor)
    let (front, back) = (whole.permuted(outer), whole.permuted(inner))
    shape = try Shape(
      checking: front.shape.dimensions + places.shape.dimensions + back.shape.dimensions)
    self.places = places.elements
    self.outer = ViewWalk(front)
    self.inner = ViewWalk(back)
    self.whole = whole
    dimensions = (outer, inner)
    let elements = places.elements
    isAscending =
      try Cancellation.count(of: max(0, elements.count - 1)) {
        elements[$0] >= elements[$0 + 1]
      } == 0
  }

  public func isWhole(of count: Int) -> Bool { false }

  @inlinable @inline(__always)
  public func forEach(_ body: (_ place: Int, _ source: Int) throws -> Void) throws {
    let length = inner.count
    try outer.forEach { block, start in
      let first = block * places.count
      try Cancellation.forEachPiece(of: places.count, work: length) { piece in
        if length == 1 {
          for index in piece { try body(first + index, start + places[index]) }
        } else {
          for index in piece {
            let (place, source) = ((first + index) * length, start + places[index])
            try inner.forEach { try body(place + $0, source + $1) }
          }
        }
      }
    }
  }

  public func places(of element: Int) throws -> [Int] {
    var (outerPlace, innerPlace) = (0, 0)
    var distance = element
    for (dimension, size) in whole.shape.dimensions.enumerated() {
      let (step, index) = (whole.strides[dimension], element / whole.strides[dimension] % size)
      if dimensions.outer.contains(dimension) {
        outerPlace = outerPlace * size + index
      } else if dimensions.inner.contains(dimension) {
        innerPlace = innerPlace * size + index
      } else {
        continue
      }
      distance -= index * step
    }
    let first = outerPlace * places.count
    return try indices(leadingTo: distance).map { (first + $0) * inner.count + innerPlace }
  }

  /// Which places of the indices lead so far.
  private func indices(leadingTo distance: Int) throws -> [Int] {
    guard isAscending else {
      var found: [Int] = []
      try Cancellation.forEachPiece(of: places.count) { piece in
        for index in piece where places[index] == distance { found.append(index) }
      }
      return found
    }
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < distance { low = middle + 1 } else { high = middle }
    }
    return low < places.count && places[low] == distance ? [low] : []
  }

  public var copyLimit: Int { isAscending ? 1 : places.count }
}
