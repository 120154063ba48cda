import Tensors

/// One of Python's numbers: what `2`, `2.0` and `True` are, and what `x.item()` gives.
///
/// It stays what it is until it meets a tensor.
public enum Scalar: Equatable, Sendable {
  /// `True` or `False`.
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// A number in double precision.
  case float(Double)

  /// The type of the tensors that `torch.tensor` makes of it.
  public var dataType: DataType {
    switch self {
    case .boolean: .bool
    case .integer: .int64
    case .float: .float32
    }
  }

  /// The value as a double; True is 1.
  public var double: Double {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .float(let value): value
    }
  }

  /// The value as a whole number, True as 1; nil for a float, whole or not.
  public var integer: Int? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): value
    case .float: nil
    }
  }

  /// Whether it counts as true: not zero.
  public var isTrue: Bool { double != 0 }

  /// The number as Python writes it.
  public var text: String {
    switch self {
    case .boolean(let value): value ? "True" : "False"
    case .integer(let value): "\(value)"
    case .float(let value): PythonNumber.text(value)
    }
  }
}
