/// The type of a tensor's elements: PyTorch's `dtype`.
public enum DataType: String, Hashable, Sendable, CaseIterable {
  /// Truth values.
  case bool
  /// Whole numbers of 64 bits.
  case int64
  /// Numbers with 24 significant bits: the one type through which gradients flow.
  case float32

  /// The type's name as PyTorch prints it: `torch.float32`.
  public var description: String { "torch.\(rawValue)" }

  /// The names that PyTorch has for it.
  public var names: [String] {
    switch self {
    case .bool: ["bool"]
    case .int64: ["int64", "long"]
    case .float32: ["float32", "float"]
    }
  }

  /// The type that holds both: a float wins over a whole number, and that over a truth value.
  public func promoted(with other: DataType) -> DataType {
    let order = Self.allCases
    return (order.firstIndex(of: self) ?? 0) > (order.firstIndex(of: other) ?? 0) ? self : other
  }
}
