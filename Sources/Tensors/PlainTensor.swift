import Running

/// A dense tensor whose elements no kernel computes with: truth values, whole numbers, and doubles
/// for the plain references that gradients are checked against.
public struct PlainTensor<Element: Sendable>: Sendable {
  /// The sizes.
  public let shape: Shape
  /// The values in row-major order.
  public var elements: [Element]
  /// PyTorch's strides, where the values do not lie there in row-major order.
  public private(set) var strides: [Int]?

  /// Makes a tensor from values in row-major order that somebody has already.
  public init(_ elements: [Element], shape: Shape) {
    precondition(elements.count == shape.count, "values do not fill the shape")
    self.shape = shape
    self.elements = elements
  }

  /// Makes a tensor of which each element is computed from its place, in some `work` simple steps.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`, and what `element` throws.
  @inlinable @inline(__always)
  public init(shape: Shape, work: Int = 1, _ element: (Int) throws -> Element) throws {
    try shape.claimMemory(MemoryLayout<Element>.stride)
    elements = try Memory.array(claimed: shape.count) { target in
      try Cancellation.forEachPiece(of: shape.count, work: work) { piece in
        for index in piece { (target + index).initialize(to: try element(index)) }
      }
    }
    self.shape = shape
  }

  /// A new tensor of the same shape, each element computed from the old one.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`, and what `transform` throws.
  @inlinable @inline(__always)
  public func map<Result>(
    _ transform: (Element) throws -> Result
  ) throws -> PlainTensor<Result> {
    try PlainTensor<Result>(shape: shape) { try transform(elements[$0]) }
  }

  /// The same value with PyTorch's strides.
  public func strided(_ strides: [Int]?) -> PlainTensor {
    var copy = self
    copy.strides = strides
    return copy
  }

  /// The same values under another shape of as many elements (`view`).
  public func reshaped(_ shape: Shape) -> PlainTensor { PlainTensor(elements, shape: shape) }
}

/// A tensor in double precision.
public typealias DoubleTensor = PlainTensor<Double>

/// A tensor of whole numbers: `torch.int64`.
public typealias IntegerTensor = PlainTensor<Int64>

/// A tensor of truth values: `torch.bool`.
public typealias BooleanTensor = PlainTensor<Bool>

extension PlainTensor<Double> {
  /// Makes a copy of a float32 tensor; every value is represented exactly.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  public init(_ tensor: Tensor) throws {
    try self.init(shape: tensor.shape) { Double(tensor.elements[$0]) }
  }

  /// The sum of all elements, in order.
  ///
  /// - Throws: `Cancelled`.
  public func sum() throws -> Double {
    var sum = 0.0
    try Cancellation.forEachPiece(of: elements.count) { piece in
      for index in piece { sum += elements[index] }
    }
    return sum
  }
}
