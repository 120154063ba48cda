import Running

/// Which element of a tensor stands at each place of another one: what a view shows, what indices pick.
public protocol ElementPlan: Sendable {
  /// The sizes of the result.
  var shape: Shape { get }

  /// Whether it shows a tensor of so many elements as it is, perhaps in another shape.
  func isWhole(of count: Int) -> Bool

  /// Calls `body` for each element with its place in the result and in the tensor.
  ///
  /// Of places that show the same element, the earlier one comes first.
  ///
  /// - Throws: `Cancelled`, and what `body` throws.
  func forEach(_ body: (_ place: Int, _ source: Int) throws -> Void) throws

  /// The places of the result that show an element of the tensor, in order.
  ///
  /// - Throws: `Cancelled`, `OutOfMemory`.
  func places(of element: Int) throws -> [Int]

  /// At most so many places show the same element.
  var copyLimit: Int { get }
}

extension ElementPlan {
  /// The elements, in the order of the result.
  ///
  /// - Throws: ``ShapeError`` where memory cannot hold them, `Cancelled`.
  @inlinable
  public func gather<Element>(_ tensor: PlainTensor<Element>) throws -> PlainTensor<Element> {
    guard !isWhole(of: tensor.elements.count) else { return tensor.reshaped(shape) }
    try shape.claimMemory(MemoryLayout<Element>.stride)
    let elements: [Element] = try Memory.array(claimed: shape.count) { target in
      try tensor.elements.withUnsafeBufferPointer { source in
        try forEach { (target + $0).initialize(to: source[$1]) }
      }
    }
    return PlainTensor(elements, shape: shape)
  }

  /// The elements, in the order of the result.
  ///
  /// - Throws: ``ShapeError`` where memory cannot hold them, `Cancelled`.
  @inlinable
  public func gather(_ tensor: Tensor) throws -> Tensor {
    guard !isWhole(of: tensor.count) else { return tensor.reshaped(shape) }
    return try Tensor(shape: shape) { target in
      try tensor.withPointer { source in try forEach { target[$0] = source[$1] } }
    }
  }

  /// The way back: zeros of the tensor's shape, to which each element of a tensor of the result's
  /// count is added where the result's came from.
  ///
  /// - Throws: ``ShapeError`` where memory cannot hold them, `Cancelled`.
  @inlinable
  public func scatter(_ elements: Tensor, into shape: Shape) throws -> Tensor {
    try back(elements, into: shape) { $0 += $1 }
  }

  /// The way back where no element is shown twice: zeros of the tensor's shape, in which the elements
  /// of a tensor of the result's count stand where the result's came from.
  ///
  /// Nothing is added to them: −0 stays what it is.
  ///
  /// - Throws: ``ShapeError`` where memory cannot hold them, `Cancelled`.
  @inlinable
  public func place(_ elements: Tensor, into shape: Shape) throws -> Tensor {
    try back(elements, into: shape) { $0 = $1 }
  }

  // Inlined, so that the loop is compiled for what is done to an element.
  @inlinable @inline(__always)
  func back(
    _ elements: Tensor, into shape: Shape, _ put: (inout Float, Float) -> Void
  ) throws -> Tensor {
    guard !isWhole(of: shape.count) else { return elements.reshaped(shape) }
    return try Tensor(shape: shape) { target in
      try Cancellation.forEachPiece(of: shape.count) { piece in
        (target + piece.lowerBound).initialize(repeating: 0, count: piece.count)
      }
      try elements.withPointer { source in try forEach { put(&target[$1], source[$0]) } }
    }
  }
}
