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
