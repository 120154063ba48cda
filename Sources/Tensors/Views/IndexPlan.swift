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

  /// Makes a plan.
  ///
  /// - Parameters:
  ///   - outer: the dimensions in front of those of the indices.
  ///   - places: for each place of the indices how far into the tensor they lead.
  ///   - inner: the dimensions after them.
  /// - Throws: ``ShapeError`` where no tensor can have the result's shape.
  public init(
    outer: ViewPlan, places: PlainTensor<Int>, inner: ViewPlan
  ) throws(ShapeError) {
    shape = try Shape(
      checking: outer.shape.dimensions + places.shape.dimensions + inner.shape.dimensions)
    self.places = places.elements
    (self.outer, self.inner) = (ViewWalk(outer), ViewWalk(inner))
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
    var found: [Int] = []
    try forEach { place, source in if source == element { found.append(place) } }
    return found
  }

  public var copyLimit: Int { places.count }
}
