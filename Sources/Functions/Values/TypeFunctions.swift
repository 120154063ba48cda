import Tensors

/// A method that gives the values in another type: `x.float()`.
protocol TypeFunction: Function {
  /// The type.
  static var type: DataType { get }
}

extension TypeFunction {
  static var spellings: Spellings { .method }
  static var signatures: [Signature] { [Signature(Creation.input)] }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    .tensor(try call[Creation.input].converted(to: type))
  }
}

/// `float`: the values in float32.
enum FloatFunction: TypeFunction {
  static let name = "float"
  static let summary = "the values in float32"
  static let example = "(tensor([1, 2]) > 1).float()"
  static let type = DataType.float32
}

/// `long`: the values in int64, cut off at the point.
enum LongFunction: TypeFunction {
  static let name = "long"
  static let summary = "the values in int64, cut off at the point"
  static let example = "tensor([1.7, -1.7]).long()"
  static let type = DataType.int64
}

/// `bool`: whether the values are not zero.
enum BoolFunction: TypeFunction {
  static let name = "bool"
  static let summary = "whether the values are not zero"
  static let example = "tensor([0, 2]).bool()"
  static let type = DataType.bool
}
