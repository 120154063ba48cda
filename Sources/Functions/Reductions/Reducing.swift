import Gradients
import Running
import Tensors

/// The parameters that reductions share.
enum Reducing {
  static let input = FunctionParameter<TensorValue>.tensor()

  /// One dimension, several, or `None` for all; must be given.
  static let dim = FunctionParameter<[Int]?>(
    "dim", "a whole number, several in a tuple, or None"
  ) { value in
    if case .none = value { return .some(nil) }
    return FunctionParameter<[Int]>.dimensions().decode(value).map { .some($0) }
  }

  static let keepdim = FunctionParameter<Bool>.flag("keepdim")

  static let dtype = FunctionParameter<DataType>.type().optional

  /// All elements, or some dimensions: what `sum` and `mean` take.
  static let signatures = [
    Signature(input, keywords: [dtype]), Signature(input, dim, keepdim, keywords: [dtype]),
  ]

  /// The reduction that a call of ``signatures`` asks for.
  ///
  /// - Throws: ``Refusal`` where a dimension is not there, or twice.
  static func reduction(_ call: FunctionCall, of shape: Shape) throws -> Reduction {
    call.signature == 0
      ? .whole : try reduction(call[dim], keepdim: call[keepdim], of: shape)
  }

  /// What dimensions stand for: all of them where there are none.
  ///
  /// - Throws: ``Refusal`` where one is not there, or twice.
  static func reduction(
    _ dimensions: [Int]?, keepdim: Bool = false, of shape: Shape,
    _ parameter: some AnyFunctionParameter = dim
  ) throws(Refusal) -> Reduction {
    Reduction(
      try Dimension.places(dimensions, rank: shape.rank, of: parameter), keepsDimensions: keepdim)
  }

  /// The reduction of one dimension, or of all where none is given.
  ///
  /// - Throws: ``Refusal`` where it is not there.
  static func reduction(
    one dimension: Int?, keepdim: Bool, of shape: Shape, _ parameter: some AnyFunctionParameter
  ) throws(Refusal) -> Reduction {
    guard let dimension else { return Reduction(nil, keepsDimensions: keepdim) }
    return try reduction([dimension], keepdim: keepdim, of: shape, parameter)
  }
}

extension TensorValue {
  /// The values as whole numbers, as ``integers()`` gives them, where no gradient is lost thereby.
  ///
  /// - Throws: ``Refusal``; `ShapeError`, `Cancelled`.
  func integersWithoutGradient() throws -> IntegerTensor {
    guard !requiresGradient else { throw Refusal.wholeGradient(.int64) }
    return try integers()
  }

  /// Refuses to make truth values of what has a gradient.
  ///
  /// - Throws: ``Refusal``.
  func requireNoGradient() throws(Refusal) {
    guard !requiresGradient else { throw Refusal.wholeGradient(.bool) }
  }
}

extension TensorValue {
  /// How many elements of each row are not zero; NaN is not.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  func nonzeroCounts(_ reduction: Reduction) throws -> IntegerTensor {
    switch self {
    case .float32(let variable):
      let tensor = PlainTensor(variable.tensor.elements, shape: shape)
      return try tensor.folded(reduction, 0 as Int64) { $0 += $1 == 0 ? 0 : 1 }
    case .int64(let tensor):
      return try tensor.folded(reduction, 0 as Int64) { $0 += $1 == 0 ? 0 : 1 }
    case .bool(let tensor):
      return try tensor.folded(reduction, 0 as Int64) { $0 += $1 ? 1 : 0 }
    }
  }
}

extension PlainTensor {
  /// One result for each row, made of a start and each element in turn.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  @inline(__always)
  func folded<Result: Sendable>(
    _ reduction: Reduction, _ start: Result, _ step: (inout Result, Element) -> Void
  ) throws -> PlainTensor<Result> {
    let layout = reduction.layout(of: shape)
    return try reduced(layout) { row in
      var result = start
      try Cancellation.forEachPiece(of: layout.length) { piece in
        for index in piece { step(&result, row[index]) }
      }
      return result
    }
  }
}

extension Refusal {
  fileprivate static func wholeGradient(_ type: DataType) -> Refusal {
    Refusal(
      "a gradient flows through float32 alone, not through \(type.rawValue)",
      remedy: "call detach() first", parameter: "dtype")
  }
}
