import Gradients
import Tensors

/// What stands after a dot without parentheses: `x.shape`, `x.T`, `r.values`.
///
/// A gradient, `x.grad`, is none of a value's own: whoever keeps the gradients adds it.
public enum Attributes {
  /// An attribute of a value.
  ///
  /// - Returns: nil where a value of its kind has no attribute of this name.
  /// - Throws: ``Refusal`` where this one has none; `ShapeError`, `OutOfMemory`, `Cancelled`.
  public static func value(_ name: String, of value: Datum) throws -> Datum? {
    switch value {
    case .tensor(let tensor): return try tensorAttributes[name]?(tensor)
    case .fields(let fields): return fields[name]
    default: return nil
    }
  }

  /// The names of a value's attributes, in alphabetic order.
  public static func names(of value: Datum) -> [String] {
    switch value {
    case .tensor: tensorAttributes.keys.sorted()
    case .fields(let fields): fields.fields.map(\.name).sorted()
    default: []
    }
  }

  private static let tensorAttributes: [String: @Sendable (TensorValue) throws -> Datum] = [
    "shape": { .size($0.shape) },
    "dtype": { .type($0.dataType) },
    "ndim": { .scalar(.integer($0.shape.rank)) },
    "requires_grad": { .scalar(.boolean($0.requiresGradient)) },
    "is_leaf": { .scalar(.boolean($0.variable?.node == nil)) },
    "grad_fn": { tensor in
      guard let node = tensor.variable?.node else { return Datum.none }
      return .gradientFunction(node.operation.gradientName)
    },
    "T": { .tensor(try Transposition.reversed($0)) },
    "mT": { .tensor(try Transposition.ofMatrices($0)) },
  ]
}
