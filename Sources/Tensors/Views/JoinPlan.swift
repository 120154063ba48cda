import Running

/// Where several tensors lie in one that they are parts of: one after another, or each in a slice of its
/// own.
public struct JoinPlan: Sendable {
  /// The sizes of the whole.
  public let shape: Shape
  /// For each part where its elements lie in the whole.
  public let parts: [ViewPlan]

  /// Tensors one after another along a dimension: `torch.cat`.
  ///
  /// - Parameters:
  ///   - shapes: those of the tensors, equal but in this dimension; one without elements may have any
  ///     shape.
  ///   - dimension: the dimension.
  ///   - shape: the sizes of the whole.
  public init(concatenating shapes: [Shape], along dimension: Int, to shape: Shape) {
    self.shape = shape
    let whole = ViewPlan(whole: shape)
    var start = 0
    parts = shapes.map { part in
      guard part.count > 0 else { return ViewPlan(whole: part) }
      defer { start += part[dimension] }
      return whole.slicing(dimension, from: start, count: part[dimension])
    }
  }

  /// Tensors of one shape, each in a slice of a new dimension: `torch.stack`.
  ///
  /// - Parameters:
  ///   - count: how many they are.
  ///   - dimension: the new dimension.
  ///   - shape: the sizes of the whole.
  public init(stacking count: Int, along dimension: Int, to shape: Shape) {
    self.shape = shape
    let whole = ViewPlan(whole: shape)
    parts = (0..<count).map { whole.selecting($0, of: dimension) }
  }

  /// The whole.
  ///
  /// - Throws: ``ShapeError`` where memory cannot hold it, `Cancelled`.
  @inlinable
  public func joined<Element>(_ tensors: [PlainTensor<Element>]) throws -> PlainTensor<Element> {
    try shape.claimMemory(MemoryLayout<Element>.stride)
    let elements: [Element] = try Memory.array(claimed: shape.count) { target in
      for (tensor, part) in zip(tensors, parts) {
        try tensor.elements.withUnsafeBufferPointer { source in
          try part.forEach { (target + $1).initialize(to: source[$0]) }
        }
      }
    }
    return PlainTensor(elements, shape: shape)
  }

  /// The whole.
  ///
  /// - Throws: ``ShapeError`` where memory cannot hold it, `Cancelled`.
  public func joined(_ tensors: [Tensor]) throws -> Tensor {
    try Tensor(shape: shape) { target in
      for (tensor, part) in zip(tensors, parts) {
        try tensor.withPointer { source in try part.forEach { target[$1] = source[$0] } }
      }
    }
  }
}
