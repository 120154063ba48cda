import Running

/// A dense float32 tensor of any rank up to 8: a value whose copies share their storage.
///
/// What is computed is made in one place, ``init(shape:filledBy:)``, which looks whether there is
/// memory for it and whether the running command is to stop.
public struct Tensor: Sendable {
  /// The sizes.
  public let shape: Shape

  /// The values in row-major order; as many as the shape counts.
  public let elements: [Float]

  /// Makes a tensor whose storage `body` fills; every element must be written.
  ///
  /// - Parameters:
  ///   - shape: the sizes.
  ///   - body: is given the first element's address, and not called where there are no elements.
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`, and what `body` throws.
  @inlinable
  public init(
    shape: Shape, filledBy body: (UnsafeMutablePointer<Float>) throws -> Void
  ) throws {
    try shape.claimMemory(MemoryLayout<Float>.stride)
    elements = try Memory.array(claimed: shape.count, filledBy: body)
    self.shape = shape
  }

  /// Makes a tensor with the same value everywhere.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  public init(repeating value: Float, shape: Shape) throws {
    try self.init(shape: shape) { target in
      try Cancellation.forEachPiece(of: shape.count) { piece in
        (target + piece.lowerBound).initialize(repeating: value, count: piece.count)
      }
    }
  }

  /// Makes a tensor of 0, 1, 2, … in row-major order: `torch.arange(count).view(shape)`.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  public init(counting shape: Shape) throws {
    try self.init(shape: shape) { target in
      try Cancellation.forEachPiece(of: shape.count) { piece in
        for index in piece { target[index] = Float(index) }
      }
    }
  }

  /// Makes a tensor from values in row-major order that somebody has already.
  public init(_ elements: [Float], shape: Shape) {
    precondition(elements.count == shape.count, "values do not fill the shape")
    Memory.count(bytes: shape.count * MemoryLayout<Float>.stride)
    self.init(sharing: elements, shape: shape)
  }

  private init(sharing elements: [Float], shape: Shape) {
    self.shape = shape
    self.elements = elements
  }

  /// Makes a scalar: a tensor without dimensions.
  public init(scalar value: Float) { self.init([value], shape: []) }

  /// The number of elements.
  @inlinable public var count: Int { elements.count }

  /// The same values under another shape of as many elements (`view`).
  public func reshaped(_ shape: Shape) -> Tensor {
    precondition(count == shape.count, "values do not fill the shape")
    return Tensor(sharing: elements, shape: shape)
  }

  /// A new tensor of the same shape, each element computed from the old one.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  // Inlined with its loop, so that the transform is compiled into vectors where it is written.
  @inlinable @inline(__always)
  public func map(_ transform: (Float) -> Float) throws -> Tensor {
    try Tensor(shape: shape) { target in
      try withPointer { source in
        try Cancellation.forEachPiece(of: count) { piece in
          for index in piece { target[index] = transform(source[index]) }
        }
      }
    }
  }

  /// A new tensor from the elements of two tensors of one shape.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  @inlinable @inline(__always)
  public func zip(_ other: Tensor, _ combine: (Float, Float) -> Float) throws -> Tensor {
    precondition(shape == other.shape)
    return try Tensor(shape: shape) { target in
      try withPointer { first in
        try other.withPointer { second in
          try Cancellation.forEachPiece(of: count) { piece in
            for index in piece { target[index] = combine(first[index], second[index]) }
          }
        }
      }
    }
  }

  /// A new tensor of the same shape, each of so many rows of one length multiplied by its factor.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  public func scalingRows(by factors: Tensor) throws -> Tensor {
    let length = count / max(1, factors.count)
    return try Tensor(shape: shape) { target in
      try withPointer { source in
        try Cancellation.forEachRow(factors.count, length: length) { row, piece in
          let factor = factors.elements[row]
          for index in piece { target[index] = source[index] * factor }
        }
      }
    }
  }

  /// The slice at `index` of the first dimension (`select(0, index)`), which is there.
  ///
  /// - Throws: ``ShapeError/tooLarge(_:bytes:free:)``, `Cancelled`.
  public subscript(_ index: Int) -> Tensor {
    get throws {
      let slice = shape.droppingFirst
      return try Tensor(shape: slice) { target in
        try withPointer { source in
          try Cancellation.forEachPiece(of: slice.count) { piece in
            (target + piece.lowerBound).initialize(
              from: source + index * slice.count + piece.lowerBound, count: piece.count)
          }
        }
      }
    }
  }

  /// Whether both are copies of one value: their storage is the same, not only what it holds.
  public func sharesStorage(with other: Tensor) -> Bool {
    elements.withUnsafeBufferPointer { own in
      other.elements.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress }
    }
  }

  /// Whether shape and every bit of the values agree: signed zeros and NaNs included.
  public func isIdentical(to other: Tensor) -> Bool {
    guard shape == other.shape else { return false }
    return withPointer { first in
      other.withPointer { second in
        guard first != second else { return true }
        for start in stride(from: 0, to: count, by: 4096) {
          var difference: UInt32 = 0
          for index in start..<min(count, start + 4096) {
            difference |= first[index].bitPattern ^ second[index].bitPattern
          }
          if difference != 0 { return false }
        }
        return true
      }
    }
  }
}

extension Tensor {
  /// Calls `body` with the first element's address, for the kernels.
  ///
  /// - Throws: what `body` throws.
  @inlinable
  public func withPointer<Result>(
    _ body: (UnsafePointer<Float>) throws -> Result
  ) rethrows -> Result {
    try elements.withUnsafeBufferPointer { buffer in
      // An empty tensor has no address of its own; any aligned one that is never read will do.
      try body(buffer.baseAddress ?? UnsafePointer(Self.nowhere))
    }
  }

  @usableFromInline
  static var nowhere: UnsafeMutablePointer<Float> {
    UnsafeMutablePointer(bitPattern: MemoryLayout<Float>.alignment).unsafelyUnwrapped
  }
}
