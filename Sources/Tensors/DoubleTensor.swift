import Running

/// A tensor in double precision, for the plain references that gradients are checked against.
public struct DoubleTensor: Sendable {
  /// The sizes.
  public let shape: Shape
  /// The values in row-major order.
  public var elements: [Double]

  /// Makes a tensor from values in row-major order that somebody has already.
  public init(_ elements: [Double], shape: Shape) {
    precondition(elements.count == shape.count, "values do not fill the shape")
    self.shape = shape
    self.elements = elements
  }

  /// Makes a tensor of which each element is computed from its place, in some `work` simple steps.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`, and what `element` throws.
  @inlinable @inline(__always)
  public init(shape: Shape, work: Int = 1, _ element: (Int) throws -> Double) throws {
    try shape.claimMemory(MemoryLayout<Double>.stride)
    elements = try Memory.array(claimed: shape.count) { target in
      try Cancellation.forEachPiece(of: shape.count, work: work) { piece in
        for index in piece { target[index] = try element(index) }
      }
    }
    self.shape = shape
  }

  /// Makes a copy of a float32 tensor; every value is represented exactly.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  public init(_ tensor: Tensor) throws {
    try self.init(shape: tensor.shape) { Double(tensor.elements[$0]) }
  }

  /// A new tensor of the same shape, each element computed from the old one.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  @inlinable @inline(__always)
  public func map(_ transform: (Double) -> Double) throws -> DoubleTensor {
    try DoubleTensor(shape: shape) { transform(elements[$0]) }
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
