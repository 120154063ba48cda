import Kernels
import Tensors

extension Tensor {
  /// A new tensor of the same shape that a kernel computes from this one's storage.
  ///
  /// - Throws: what the kernel throws, and `ShapeError` where memory cannot hold the result.
  func computed(
    _ kernel: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) throws -> Void
  ) throws -> Tensor {
    try shape.checkMemory()
    return try Tensor(shape: shape) { target in
      try withPointer { source in try kernel(source, target, count) }
    }
  }

  /// Elements after which a long pass looks whether it is to stop.
  private static var stretch: Int { 1 << 20 }

  /// A new tensor of the same shape, each element computed from the old one.
  ///
  /// - Throws: `Cancelled`.
  @inline(__always)
  func mapped(_ transform: (Float) -> Float) throws -> Tensor {
    try computed { source, target, count in
      for start in Swift.stride(from: 0, to: count, by: Self.stretch) {
        try Cancellation.check()
        for index in start..<min(count, start + Self.stretch) {
          target[index] = transform(source[index])
        }
      }
    }
  }

  /// The sum with another tensor of this shape times a factor, the product not rounded:
  /// `torch.add(self, other, alpha=factor)`.
  ///
  /// - Throws: `Cancelled`.
  public func adding(_ other: Tensor, times factor: Float) throws -> Tensor {
    precondition(shape == other.shape)
    return try computed { source, target, count in
      try other.withPointer { other in
        try Elementwise.add(source, other, times: factor, to: target, count: count)
      }
    }
  }

  /// A tensor with the same value everywhere.
  ///
  /// - Throws: `Cancelled`.
  static func filled(_ value: Float, shape: Shape) throws -> Tensor {
    try shape.checkMemory()
    return try Tensor(shape: shape) { target in
      for start in Swift.stride(from: 0, to: shape.count, by: stretch) {
        try Cancellation.check()
        (target + start).initialize(repeating: value, count: min(stretch, shape.count - start))
      }
    }
  }
}
