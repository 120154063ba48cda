import Tensors

extension Tensor {
  /// The sum over the copies of each element, where a tensor of a smaller shape was broadcast to this
  /// one's: PyTorch's `sum_to`, which makes 0 of −0 where it brought dimensions of size 1.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func summed(to smaller: Shape) throws -> Tensor {
    guard shape != smaller else { return self }
    let added = shape.rank - smaller.rank
    let dimensions = (0..<shape.rank).filter {
      $0 < added || smaller[$0 - added] == 1 && shape[$0] != 1
    }
    return try sums(RowLayout(shape, reducing: dimensions)).reshaped(smaller)
  }
}
