/// A dense float32 tensor of any rank up to 8: a value whose copies share their storage.
public struct Tensor: Sendable {
  /// The sizes.
  public let shape: Shape

  /// The values in row-major order; as many as the shape counts.
  public let elements: [Float]

  /// Makes a tensor from values in row-major order.
  public init(_ elements: [Float], shape: Shape) {
    precondition(elements.count == shape.count, "values do not fill the shape")
    self.shape = shape
    self.elements = elements
    TensorMemory.add(elements: shape.count)
  }

  /// Makes a tensor with the same value everywhere.
  public init(repeating value: Float, shape: Shape) {
    self.init([Float](repeating: value, count: shape.count), shape: shape)
  }

  /// Makes a tensor whose storage `body` fills; every element must be written.
  ///
  /// - Throws: what `body` throws.
  @inlinable
  public init<Failure: Error>(
    shape: Shape, filledBy body: (UnsafeMutablePointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    var failure: Failure?
    let elements = [Float](unsafeUninitializedCapacity: shape.count) { buffer, count in
      guard let base = buffer.baseAddress, shape.count > 0 else { return }
      do throws(Failure) {
        try body(base)
        count = shape.count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    self.init(elements, shape: shape)
  }

  /// Makes a scalar: a tensor without dimensions.
  public init(scalar value: Float) { self.init([value], shape: []) }

  /// The number of elements.
  public var count: Int { elements.count }

  /// The same values under another shape of as many elements (`view`).
  public func reshaped(_ shape: Shape) -> Tensor { Tensor(elements, shape: shape) }

  /// A new tensor of the same shape, each element computed from the old one.
  // Inlined with its loop, so that the transform is compiled into vectors where it is written.
  @inlinable @inline(__always)
  public func map(_ transform: (Float) -> Float) -> Tensor {
    Tensor(shape: shape) { target in
      withPointer { source in
        for index in 0..<count { target[index] = transform(source[index]) }
      }
    }
  }

  /// A new tensor from the elements of two tensors of one shape.
  @inlinable @inline(__always)
  public func zip(_ other: Tensor, _ combine: (Float, Float) -> Float) -> Tensor {
    precondition(shape == other.shape)
    return Tensor(shape: shape) { target in
      withPointer { first in
        other.withPointer { second in
          for index in 0..<count { target[index] = combine(first[index], second[index]) }
        }
      }
    }
  }

  /// The slice at `index` of the first dimension (`select(0, index)`).
  public subscript(_ index: Int) -> Tensor {
    let slice = shape.droppingFirst
    return Tensor(
      Array(elements[index * slice.count..<(index + 1) * slice.count]), shape: slice)
  }

  /// Whether shape and every bit of the values agree: signed zeros and NaNs included.
  public func isIdentical(to other: Tensor) -> Bool {
    shape == other.shape
      && elements.elementsEqual(other.elements) { $0.bitPattern == $1.bitPattern }
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
