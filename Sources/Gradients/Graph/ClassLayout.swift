import Running
import Tensors

/// Where the scores of one row of classes stand in a tensor.
///
/// `[C]` is one row; of `[N, C, …]` each place of N and of the last dimensions has a row of its own.
struct ClassLayout {
  /// How many classes a row has.
  let classes: Int
  /// Whether rows run along the last dimension, where PyTorch adds them up in another order.
  let isLast: Bool
  /// How many rows there are.
  let rowCount: Int
  /// How far apart a row's classes stand.
  private let stride: Int
  private let shape: Shape

  /// The rows along one dimension, by default that of the classes; a tensor without dimensions is one
  /// row of one class.
  init(_ shape: Shape, dimension: Int? = nil) {
    self.shape = shape
    let dimension = dimension ?? (shape.rank == 1 ? 0 : 1)
    isLast = dimension >= shape.rank - 1
    classes = shape.rank == 0 ? 1 : shape[dimension]
    stride = shape.dimensions.dropFirst(dimension + 1).reduce(1, *)
    rowCount = shape.dimensions.prefix(dimension).reduce(stride, *)
  }

  /// Where a class of a row stands.
  func place(row: Int, of index: Int) -> Int {
    (row / stride * classes + index) * stride + row % stride
  }

  /// The row that an element belongs to.
  func row(of element: Int) -> Int { element / (classes * stride) * stride + element % stride }

  /// Which class an element is.
  func index(of element: Int) -> Int { element / stride % classes }

  /// What a kernel computes from rows of scores that lie one after another, in the shape of the tensor.
  ///
  /// - Throws: what the kernel throws; `ShapeError` where memory cannot hold the result.
  func computed(
    from tensor: Tensor,
    _ kernel: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) throws -> Void
  ) throws -> Tensor {
    try self.tensor(
      fromRows: rows(of: tensor).computed { source, target, _ in
        try kernel(source, target)
      })
  }

  /// The scores row after row.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold them.
  func rows(of tensor: Tensor) throws -> Tensor {
    guard stride > 1 else { return tensor.reshaped([rowCount, classes]) }
    return try Tensor(shape: [rowCount, classes]) { target in
      try Cancellation.forEachPiece(of: rowCount, work: classes) { piece in
        for row in piece {
          for index in 0..<classes {
            target[row * classes + index] = tensor.elements[place(row: row, of: index)]
          }
        }
      }
    }
  }

  /// What ``rows(of:)`` has taken apart, in its shape again.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func tensor(fromRows rows: Tensor) throws -> Tensor {
    guard stride > 1 else { return rows.reshaped(shape) }
    return try Tensor(shape: shape) { target in
      try Cancellation.forEachPiece(of: rowCount, work: classes) { piece in
        for row in piece {
          for index in 0..<classes {
            target[place(row: row, of: index)] = rows.elements[row * classes + index]
          }
        }
      }
    }
  }
}
