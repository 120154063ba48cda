import Gradients
import Running
import Tensors

/// `matmul`: the product of matrices or vectors, or of many matrices at once.
enum MatmulFunction: Function {
  static let name = "matmul"
  static let summary = "the product of matrices or vectors: x @ y"
  static let example = "matmul(tensor([[1, 2], [3, 4]]), tensor([1, 1]))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let other = FunctionParameter<TensorValue>.tensor("other")
  static let signatures = [Signature(input, other)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    .tensor(try MatrixProducts.value(try call[input], try call[other]))
  }
}

/// `mm`: the product of two matrices.
enum MmFunction: Function {
  static let name = "mm"
  static let summary = "the product of two matrices"
  static let example = "mm(tensor([[1, 2], [3, 4]]), tensor([[1], [1]]))"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let other = FunctionParameter<TensorValue>.tensor("mat2")
  static let signatures = [Signature(input, other)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    for parameter in [input, other] {
      let rank = try call[parameter].shape.rank
      guard rank == 2 else { throw Refusal.noMatrix(rank).about(parameter) }
    }
    return .tensor(try MatrixProducts.value(try call[input], try call[other]))
  }
}

/// Products of tensors of one type.
private enum MatrixProducts {
  static func value(_ left: TensorValue, _ right: TensorValue) throws -> TensorValue {
    guard left.shape.rank > 0, right.shape.rank > 0 else { throw Refusal.noDimensions() }
    guard let layout = try ProductLayout(left.shape, right.shape) else {
      throw Refusal.sizes(left.shape, right.shape)
    }
    switch (left, right) {
    case (.float32(let first), .float32(let second)):
      let name = gradientName(left, right, layout)
      return .float32(try Variable(MatrixMultiply(named: name), first, second))
    case (.int64(let first), .int64(let second)):
      return .int64(try product(first, second, layout))
    case (.bool, .bool): throw Refusal.boolProduct()
    default: throw Refusal.productTypes(left.dataType, right.dataType)
    }
  }

  /// The last of PyTorch's steps. One matrix on the left whose gradient is wanted is multiplied from the
  /// right, so that the product is transposed at the end, and copied where it then lies otherwise.
  private static func gradientName(
    _ left: TensorValue, _ right: TensorValue, _ layout: ProductLayout
  ) -> String {
    switch (left.shape.rank, right.shape.rank) {
    case (1, 1): return "DotBackward0"
    case (2, 1): return "MvBackward0"
    case (1, 2): return "SqueezeBackward4"
    case (2, 2): return "MmBackward0"
    default:
      let isOneMatrix =
        left.shape.rank == 2
        || left.shape.rank == 3 && left.shape[0] == 1
          && right.shape.rank == 3 && right.shape[0] != 1
      guard isOneMatrix, left.requiresGradient else { return "UnsafeViewBackward0" }
      let lies = left.shape[left.shape.rank - 2] == 1 || layout.columns == 1
      return lies || layout.shape.count == 0 ? "TransposeBackward0" : "CloneBackward0"
    }
  }

  /// The product in whole numbers, which wraps around.
  private static func product(
    _ left: IntegerTensor, _ right: IntegerTensor, _ layout: ProductLayout
  ) throws -> IntegerTensor {
    var product = try IntegerTensor(shape: layout.shape) { _ in 0 }
    let (rows, depth, columns) = (layout.rows, layout.depth, layout.columns)
    try product.elements.withUnsafeMutableBufferPointer { product in
      try left.elements.withUnsafeBufferPointer { left in
        try right.elements.withUnsafeBufferPointer { right in
          try layout.forEachMatrix { place, first, second in
            try Cancellation.forEachPiece(of: rows, work: depth * columns) { piece in
              for row in piece {
                let target = (place * rows + row) * columns
                for inner in 0..<depth {
                  let factor = left[(first * rows + row) * depth + inner]
                  let source = (second * depth + inner) * columns
                  for column in 0..<columns {
                    product[target + column] &+= factor &* right[source + column]
                  }
                }
              }
            }
          }
        }
      }
    }
    return product
  }
}

extension Refusal {
  fileprivate static func noMatrix(_ rank: Int) -> Refusal {
    Refusal(
      "mm multiplies matrices, and this tensor has \(rank) dimension\(rank == 1 ? "" : "s")",
      remedy: "x @ y takes any number of them")
  }

  fileprivate static func noDimensions() -> Refusal {
    Refusal(
      "a tensor without dimensions is not multiplied as a matrix", remedy: "* multiplies elements")
  }

  fileprivate static func sizes(_ left: Shape, _ right: Shape) -> Refusal {
    let (columns, rows) = (left[left.rank - 1], right[max(0, right.rank - 2)])
    guard columns == rows else {
      return Refusal(
        "\(left) and \(right) cannot be multiplied: the rows of the first have \(columns) elements, "
          + "the columns of the second \(rows)",
        remedy: left.dimensions.last == right.dimensions.last && right.rank > 1
          ? "x @ y.mT turns the second one" : nil)
    }
    return Refusal.shapes(left, right)
  }

  fileprivate static func boolProduct() -> Refusal {
    Refusal("bools are not multiplied as matrices", remedy: "x.float() @ y.float()")
  }

  fileprivate static func productTypes(_ left: DataType, _ right: DataType) -> Refusal {
    Refusal(
      "matrices of \(left.rawValue) and \(right.rawValue) are not multiplied",
      remedy: "x.float() @ y.float()")
  }
}
