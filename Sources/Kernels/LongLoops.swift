import CVectors
import Running

// What a row of hundreds of millions of elements, or as many filters or taps, would make long.

/// A list of which each element is computed from its place.
///
/// Its memory has been claimed: ``ConvolutionShape/claimLists()``.
///
/// - Throws: ``Cancelled``.
func claimedList<Element>(_ count: Int, _ element: (Int) -> Element) throws -> [Element] {
  try Memory.array(claimed: count) { target in
    try Cancellation.forEachPiece(of: count, work: 8) { piece in
      for index in piece { (target + index).initialize(to: element(index)) }
    }
  }
}

/// Overwrites `count` elements with a value.
///
/// - Throws: ``Cancelled``.
func fill(
  _ target: UnsafeMutablePointer<Float>, with value: Float = 0, count: Int
) throws {
  try Cancellation.forEachPiece(of: count) { piece in
    if VectorWidth.isWide {
      dpu_wide_fill(target + piece.lowerBound, piece.count, value)
    } else {
      (target + piece.lowerBound).update(repeating: value, count: piece.count)
    }
  }
}

/// Copies `count` elements to where they do not overlap.
///
/// - Throws: ``Cancelled``.
func copy(
  _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
) throws {
  try Cancellation.forEachPiece(of: count) { piece in
    (target + piece.lowerBound).update(from: source + piece.lowerBound, count: piece.count)
  }
}
