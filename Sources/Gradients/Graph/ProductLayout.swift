import Running
import Tensors

/// How the matrices of two tensors lie under those of their product: a vector is a matrix of one row
/// on the left, of one column on the right, and the dimensions before the last two are broadcast.
public struct ProductLayout: Sendable {
  /// Rows of a left matrix and of the result's; of all of them where they are multiplied with one
  /// matrix.
  public let rows: Int
  /// Columns of a left matrix, rows of a right one.
  public let depth: Int
  /// Columns of a right matrix and of the result's.
  public let columns: Int
  /// The shape of the product.
  public let shape: Shape
  /// How the matrices of both lie under those of the product, as if each were one element.
  let batch: Broadcast

  /// Plans the product of tensors of these shapes.
  ///
  /// - Returns: nil where they do not fit each other, or one has no dimensions.
  /// - Throws: `ShapeError` where no tensor can have the product's shape.
  public init?(_ left: Shape, _ right: Shape) throws(ShapeError) {
    guard left.rank > 0, right.rank > 0 else { return nil }
    let height = left.rank == 1 ? 1 : left[left.rank - 2]
    depth = left[left.rank - 1]
    columns = right.rank == 1 ? 1 : right[right.rank - 1]
    guard depth == right[max(0, right.rank - 2)] else { return nil }
    let matrices = [left, right].map { Shape(Array($0.dimensions.dropLast(2))) }
    guard let common = try matrices[0].broadcast(with: matrices[1]) else { return nil }
    let isOne = matrices[1].count == 1
    rows = isOne ? height * common.count : height
    batch = isOne ? Broadcast([[], []], to: []) : Broadcast(matrices, to: common)
    shape = try Shape(
      checking: common.dimensions + (left.rank == 1 ? [] : [height])
        + (right.rank == 1 ? [] : [columns]))
  }

  /// Calls `body` for each matrix of the product with the numbers of the two that it is made of.
  @inline(__always)
  public func forEachMatrix(
    _ body: (_ product: Int, _ left: Int, _ right: Int) throws -> Void
  ) throws {
    var work = 0
    try batch.forEachRow { row in
      for index in 0..<row.length {
        work += rows * depth * columns + 64
        if work >= Cancellation.piece {
          work = 0
          try Cancellation.check()
        }
        try body(
          row.start + index, row.sources[0] + row.steps[0] * index,
          row.sources[1] + row.steps[1] * index)
      }
    }
  }
}
