import Tensors

/// What an expression computes with and gives: Python's values, as far as tensors need them.
public indirect enum Datum {
  /// A tensor.
  case tensor(TensorValue)
  /// A number or a truth value.
  case scalar(Scalar)
  /// A nested list of numbers as it is written out: a tensor, or whole numbers where those are wanted.
  case literal(NumberList)
  /// `None`.
  case none
  /// A text: `"mean"`.
  case text(String)
  /// The sizes of a tensor: `torch.Size([2, 3])`.
  case size(Shape)
  /// A type of elements: `torch.float32`.
  case type(DataType)
  /// What made a value, by PyTorch's name: `<SumBackward0>`.
  case gradientFunction(String)
  /// Several values in parentheses.
  case tuple([Datum])
  /// Several values in brackets.
  case list([Datum])
  /// Several results with names: PyTorch's `torch.return_types`.
  case fields(NamedFields)

  /// What kind of value it is, in words.
  public var kind: String {
    switch self {
    case .tensor(let tensor):
      switch tensor {
      case .float32: "a tensor"
      case .int64: "a tensor of int64"
      case .bool: "a tensor of bool"
      }
    case .scalar(.boolean): "a truth value"
    case .scalar(.integer): "a whole number"
    case .scalar(.float): "a number"
    case .literal: "a list of numbers"
    case .none: "None"
    case .text: "a text"
    case .size: "a size"
    case .type: "a type"
    case .gradientFunction: "a grad_fn"
    case .tuple: "a tuple"
    case .list: "a list"
    case .fields: "a named tuple"
    }
  }

  /// The values of a tuple, a list, a size or several results, in order; nil for what has none.
  public var items: [Datum]? {
    switch self {
    case .tuple(let items), .list(let items): items
    case .size(let shape): shape.dimensions.map { .scalar(.integer($0)) }
    case .fields(let fields): fields.fields.map(\.value)
    case .literal(let list) where list.tensor.shape.rank == 1: list.items
    default: nil
    }
  }
}

/// Several results of one function, each with a name: `torch.return_types.topk`.
public struct NamedFields {
  /// The function's name.
  public let function: String
  /// The results, in order.
  public let fields: [(name: String, value: Datum)]

  /// Makes the results of a function: values and the places that they were found at.
  public init(_ function: String, values: TensorValue, indices: TensorValue) {
    self.function = function
    fields = [("values", .tensor(values)), ("indices", .tensor(indices))]
  }

  /// The result of this name.
  public subscript(name: String) -> Datum? { fields.first { $0.name == name }?.value }
}
