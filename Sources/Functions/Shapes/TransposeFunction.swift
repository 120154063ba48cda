import Gradients
import Tensors

/// `transpose`: two dimensions exchanged.
enum TransposeFunction: Function {
  static let name = "transpose"
  static let otherNames = ["swapaxes", "swapdims"]
  static let summary = "two dimensions exchanged"
  static let example = "arange(6).view(2, 3).transpose(0, 1)"

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let first = FunctionParameter<Int>.dimension("dim0")
  private static let second = FunctionParameter<Int>.dimension("dim1")
  static let signatures = [Signature(input, first, second)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let first = try Dimension.place(call[first], rank: input.shape.rank, of: first)
    let second = try Dimension.place(call[second], rank: input.shape.rank, of: second)
    return .tensor(try Transposition.value(input, first, second, named: "TransposeBackward0"))
  }
}

/// `t`: rows and columns exchanged; fewer than two dimensions stay as they are.
enum TFunction: Function {
  static let name = "t"
  static let summary = "rows and columns exchanged"
  static let example = "tensor([[1, 2]]).t()"

  private static let input = FunctionParameter<TensorValue>.tensor()
  static let signatures = [Signature(input)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    let rank = input.shape.rank
    guard rank <= 2 else { throw Refusal.noRowsAndColumns(rank).about(self.input) }
    return .tensor(
      try Transposition.value(input, 0, max(0, rank - 1), named: "TBackward0"))
  }
}

/// Dimensions exchanged, which functions, attributes and products of matrices have in common.
enum Transposition {
  /// Two dimensions exchanged, by PyTorch's name in the graph.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  static func value(
    _ input: TensorValue, _ first: Int, _ second: Int, named name: String
  ) throws -> TensorValue {
    var order = Array(0..<input.shape.rank)
    // A tensor without dimensions takes 0.
    if !order.isEmpty { order.swapAt(first, second) }
    return try input.viewed(View(name) { [order] in $0.permuted(order) })
  }

  /// All dimensions in reverse: `x.T`.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  static func reversed(_ input: TensorValue) throws -> TensorValue {
    let order = Array(input.shape.dimensions.indices.reversed())
    return try input.viewed(View("PermuteBackward0") { $0.permuted(order) })
  }

  /// The last two dimensions exchanged: `x.mT`; a tensor without dimensions stays what it is.
  ///
  /// - Throws: ``Refusal`` where there is one; `ShapeError` where memory cannot hold it,
  ///   `Cancelled`.
  static func ofMatrices(_ input: TensorValue) throws -> TensorValue {
    let rank = input.shape.rank
    guard rank > 0 else { return input }
    guard rank > 1 else { throw Refusal.noMatrix() }
    return try value(input, rank - 2, rank - 1, named: "TransposeBackward0")
  }
}

extension Refusal {
  fileprivate static func noRowsAndColumns(_ rank: Int) -> Refusal {
    Refusal(
      "t takes a tensor with at most 2 dimensions, and this one has \(rank)",
      remedy: "x.transpose(0, 1) exchanges two of them")
  }

  fileprivate static func noMatrix() -> Refusal {
    Refusal(
      "mT exchanges the last two dimensions, and the tensor has one",
      remedy: "x.T takes any number of dimensions")
  }
}
