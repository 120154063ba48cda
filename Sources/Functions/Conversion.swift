import Gradients
import Tensors

extension TensorValue {
  /// The values in another type: `x.long()`, `dtype=`. In float32 a variable stays in its graph.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  public func converted(to type: DataType) throws -> TensorValue {
    guard type != dataType else { return self }
    let converted: TensorValue =
      switch type {
      case .float32: .float32(try floats())
      case .int64: .int64(try integers())
      case .bool: .bool(try booleans())
      }
    return converted.strided(as: self)
  }

  /// A tensor of the same value everywhere.
  ///
  /// - Throws: ``Refusal`` where the value does not fit the type; `ShapeError`, `Cancelled`.
  init(repeating value: Scalar, shape: Shape, type: DataType) throws {
    switch type {
    case .float32:
      self = .float32(Variable(try Tensor(repeating: try value.checkedFloat(), shape: shape)))
    case .int64:
      let value = try value.checkedInteger()
      self = .int64(try IntegerTensor(shape: shape) { _ in value })
    case .bool:
      let value = value.isTrue
      self = .bool(try BooleanTensor(shape: shape) { _ in value })
    }
  }
}

extension Scalar {
  /// The number in float32.
  ///
  /// - Throws: ``Refusal`` where a finite one is too large.
  func checkedFloat() throws(Refusal) -> Float {
    guard !double.isFinite || double.magnitude <= Double(Float.greatestFiniteMagnitude) else {
      throw .tooLarge(self, for: .float32)
    }
    return float
  }

  /// The number as a whole one, cut off at its point.
  ///
  /// - Throws: ``Refusal`` where it has none: NaN, infinities, more than 63 bits.
  func checkedInteger() throws(Refusal) -> Int64 {
    if let integer { return Int64(integer) }
    guard let whole = Int64(exactly: double.rounded(.towardZero)) else {
      throw .tooLarge(self, for: .int64)
    }
    return whole
  }
}

extension Refusal {
  fileprivate static func tooLarge(_ value: Scalar, for type: DataType) -> Refusal {
    Refusal("\(value.text) has no place in \(type.description)")
  }
}
