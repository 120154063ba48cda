/// `numel`: how many elements there are.
enum NumelFunction: Function {
  static let name = "numel"
  static let otherNames = ["nelement"]
  static let summary = "how many elements there are"
  static let example = "zeros(2, 3).numel()"

  private static let input = FunctionParameter<TensorValue>.tensor()
  static let signatures = [Signature(input)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    .scalar(.integer(try call[input].count))
  }
}

/// `dim`: how many dimensions there are.
enum DimFunction: Function {
  static let name = "dim"
  static let otherNames = ["ndimension"]
  static let summary = "how many dimensions there are"
  static let example = "zeros(2, 3).dim()"
  static let spellings = Spellings.method

  private static let input = FunctionParameter<TensorValue>.tensor()
  static let signatures = [Signature(input)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    .scalar(.integer(try call[input].shape.rank))
  }
}

/// `size`: the sizes, or that of one dimension.
enum SizeFunction: Function {
  static let name = "size"
  static let summary = "the sizes, or that of one dimension"
  static let example = "zeros(2, 3).size(1)"
  static let spellings = Spellings.method

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let dim = FunctionParameter<Int>.dimension().optional
  static let signatures = [Signature(input, dim)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let shape = try call[input].shape
    guard let dimension = try call[dim] else { return .size(shape) }
    guard shape.rank > 0 else { throw Refusal.noDimensions().about(dim) }
    return .scalar(.integer(shape[try Dimension.place(dimension, rank: shape.rank, of: dim)]))
  }
}

extension Refusal {
  fileprivate static func noDimensions() -> Refusal {
    Refusal("a tensor without dimensions has no size of one")
  }
}
