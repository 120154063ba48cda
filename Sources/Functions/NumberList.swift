import Tensors

/// A nested list of numbers as it is written out.
public struct NumberList: Sendable {
  /// The values in float32.
  public let tensor: Tensor
  /// The values where all of them are whole numbers, written without point and exponent.
  public let integers: IntegerTensor?
  /// Whether all of them are truth values.
  public let areBooleans: Bool

  /// Makes a list.
  public init(_ tensor: Tensor, integers: IntegerTensor? = nil, areBooleans: Bool = false) {
    (self.tensor, self.integers, self.areBooleans) = (tensor, integers, areBooleans)
  }

  /// The numbers in order, each as Python has it.
  public var items: [Datum] {
    if let integers { return integers.elements.map { .scalar(.integer(Int($0))) } }
    return tensor.elements.map {
      .scalar(areBooleans ? .boolean($0 != 0) : .float(Double($0)))
    }
  }

  /// The tensor that `torch.tensor` makes of it: of whole numbers int64, of truth values bool.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  public func typed() throws -> TensorValue {
    if let integers { return .int64(integers) }
    return areBooleans ? .bool(try TensorValue(tensor).booleans()) : TensorValue(tensor)
  }
}
