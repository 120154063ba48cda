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
    "T": { tensor in
      let order = Array((0..<tensor.shape.rank).reversed())
      return .tensor(try tensor.viewed(tensor.shape.permuted(order), named: "PermuteBackward0"))
    },
    "mT": { tensor in
      let rank = tensor.shape.rank
      guard rank > 0 else { return .tensor(tensor) }
      guard rank > 1 else { throw Refusal.noMatrix }
      let order = Array(0..<rank - 2) + [rank - 1, rank - 2]
      return .tensor(try tensor.viewed(tensor.shape.permuted(order), named: "TransposeBackward0"))
    },
  ]
}

extension Shape {
  /// The view of a whole tensor of this shape with its dimensions in another order.
  fileprivate func permuted(_ order: [Int]) -> ViewPlan {
    let whole = ViewPlan(whole: self)
    return ViewPlan(shape: Shape(order.map { self[$0] }), strides: order.map { whole.strides[$0] })
  }
}

extension Refusal {
  fileprivate static let noMatrix = Refusal(
    "mT exchanges the last two dimensions, and the tensor has one",
    remedy: "x.T takes any number of dimensions")
}
