import Gradients
import Tensors

/// A tensor, or a number that meets one.
public enum Operand {
  /// A tensor.
  case tensor(TensorValue)
  /// A number of Python's.
  case scalar(Scalar)

  /// What a value is as an operand; nil where it is neither tensor nor number.
  public init?(_ value: Datum) {
    switch value {
    case .tensor(let tensor): self = .tensor(tensor)
    case .scalar(let scalar): self = .scalar(scalar)
    case .literal(let list): self = .tensor(TensorValue(list.tensor))
    default: return nil
    }
  }

  /// The type of its elements: a number's is that of the tensor it would make.
  public var dataType: DataType {
    switch self {
    case .tensor(let tensor): tensor.dataType
    case .scalar(let scalar): scalar.dataType
    }
  }

  /// The sizes; none for a number.
  public var shape: Shape {
    switch self {
    case .tensor(let tensor): tensor.shape
    case .scalar: []
    }
  }

  /// The value as a tensor of its own type: a number becomes one without dimensions.
  public var tensor: TensorValue {
    switch self {
    case .tensor(let tensor): tensor
    case .scalar(.boolean(let value)): TensorValue(scalar: value)
    case .scalar(.integer(let value)): TensorValue(scalar: value)
    case .scalar(.float(let value)): TensorValue(Tensor(scalar: Float(value)))
    }
  }
}
