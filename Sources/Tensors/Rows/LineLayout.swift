import Running

/// The lines of a tensor along one of its dimensions.
public struct LineLayout: Sendable {
  /// How many elements a line has.
  public let length: Int
  /// How far apart a line's elements lie.
  public let step: Int
  /// How many blocks of ``step`` lines side by side there are.
  public let blocks: Int

  /// Lays out the lines along a dimension; a tensor without dimensions is one line of one element.
  public init(_ shape: Shape, _ dimension: Int) {
    length = shape.rank == 0 ? 1 : shape[dimension]
    step = shape.dimensions.dropFirst(dimension + 1).reduce(1, *)
    blocks = shape.dimensions.prefix(dimension).reduce(1, *)
  }

  /// Walks along every line with something that each element is added to.
  ///
  /// - Parameters:
  ///   - source: the elements.
  ///   - backwards: whether lines are walked from their end.
  ///   - start: what each line begins with.
  ///   - body: what was made of the elements so far, the element, and its place.
  /// - Throws: `Cancelled`, `OutOfMemory`.
  @inlinable @inline(__always)
  public func accumulate<Element, State>(
    from source: UnsafePointer<Element>, backwards: Bool = false, _ start: State,
    _ body: (inout State, Element, Int) -> Void
  ) throws {
    // Lines that lie side by side are walked together, as each line of the cache holds many.
    let width = max(1, min(step, 64))
    var states = try Memory.array(mapping: width) { _ in start }
    for block in 0..<blocks {
      for side in stride(from: 0, to: step, by: width) {
        let taken = min(width, step - side)
        for line in 0..<taken { states[line] = start }
        try Cancellation.forEachPiece(of: length, work: taken) { piece in
          for index in piece {
            let along = backwards ? length - 1 - index : index
            let first = (block * length + along) * step + side
            for line in 0..<taken { body(&states[line], source[first + line], first + line) }
          }
        }
        if side & 0xfff == 0 { try Cancellation.check() }
      }
    }
  }
}
