import Gradients
import Running
import Tensors

/// A tensor of any of the three types. A gradient flows through float32 alone.
public enum TensorValue {
  /// Numbers, with the graph behind them.
  case float32(Variable)
  /// Whole numbers.
  case int64(IntegerTensor)
  /// Truth values.
  case bool(BooleanTensor)

  /// A float32 tensor without a graph.
  public init(_ tensor: Tensor) { self = .float32(Variable(tensor)) }

  /// A tensor of whole numbers without dimensions.
  public init(scalar value: Int) { self = .int64(IntegerTensor([Int64(value)], shape: [])) }

  /// A truth value without dimensions.
  public init(scalar value: Bool) { self = .bool(BooleanTensor([value], shape: [])) }

  /// The sizes.
  public var shape: Shape {
    switch self {
    case .float32(let variable): variable.tensor.shape
    case .int64(let tensor): tensor.shape
    case .bool(let tensor): tensor.shape
    }
  }

  /// The number of elements.
  public var count: Int { shape.count }

  /// The type of the elements.
  public var dataType: DataType {
    switch self {
    case .float32: .float32
    case .int64: .int64
    case .bool: .bool
    }
  }

  /// Whether a gradient flows to it.
  public var requiresGradient: Bool {
    if case .float32(let variable) = self { variable.requiresGradient } else { false }
  }

  /// The variable, where it is of float32.
  public var variable: Variable? {
    if case .float32(let variable) = self { variable } else { nil }
  }

  /// The values in float32, rounded where a whole number has more than 24 bits; a variable stays
  /// in its graph.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  public func floats() throws -> Variable {
    switch self {
    case .float32(let variable): variable
    case .int64(let tensor):
      Variable(try Tensor(shape: tensor.shape, from: tensor.elements) { Float($0) })
    case .bool(let tensor):
      Variable(try Tensor(shape: tensor.shape, from: tensor.elements) { $0 ? 1 : 0 })
    }
  }

  /// The values as whole numbers: True is 1; a float is cut off at its point, and what has no whole
  /// number (NaN, infinities, more than 63 bits) is −2⁶³, as PyTorch gives it on x86-64.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  public func integers() throws -> IntegerTensor {
    switch self {
    case .float32(let variable):
      return try variable.tensor.withPointer { elements in
        try IntegerTensor(shape: shape) {
          // Where Int64 is defined it cuts off at the point.
          elements[$0].magnitude < 0x1p63 ? Int64(elements[$0]) : .min
        }
      }
    case .int64(let tensor): return tensor
    case .bool(let tensor): return try tensor.map { $0 ? 1 : 0 }
    }
  }

  /// For each value whether it is not zero; NaN is not.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  public func booleans() throws -> BooleanTensor {
    switch self {
    case .float32(let variable):
      return try variable.tensor.withPointer { elements in
        try BooleanTensor(shape: shape) { elements[$0] != 0 }
      }
    case .int64(let tensor): return try tensor.map { $0 != 0 }
    case .bool(let tensor): return tensor
    }
  }

  /// The one element as a number of Python's; nil where there is not exactly one.
  public var item: Scalar? {
    guard count == 1 else { return nil }
    return switch self {
    case .float32(let variable): .float(Double(variable.tensor.elements[0]))
    case .int64(let tensor): .integer(Int(tensor.elements[0]))
    case .bool(let tensor): .boolean(tensor.elements[0])
    }
  }
}

extension Tensor {
  /// A tensor of float32 made of other elements.
  fileprivate init<Element>(
    shape: Shape, from elements: [Element], _ convert: (Element) -> Float
  ) throws {
    try self.init(shape: shape) { target in
      try Cancellation.forEachPiece(of: elements.count) { piece in
        for index in piece { target[index] = convert(elements[index]) }
      }
    }
  }
}
