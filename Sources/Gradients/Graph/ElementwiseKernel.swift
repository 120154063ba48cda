import Kernels
import Tensors

extension Tensor {
  /// A new tensor of the same shape that a kernel computes from this one's storage.
  ///
  /// - Throws: what the kernel throws, and `ShapeError` where memory cannot hold the result.
  func computed(
    _ kernel: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) throws -> Void
  ) throws -> Tensor {
    try Tensor(shape: shape) { target in
      try withPointer { source in try kernel(source, target, count) }
    }
  }

  /// The sum with another tensor of this shape times a factor, the product not rounded:
  /// `torch.add(self, other, alpha=factor)`.
  ///
  /// - Throws: `ShapeError` where memory cannot hold the sum, `Cancelled`.
  public func adding(_ other: Tensor, times factor: Float) throws -> Tensor {
    precondition(shape == other.shape)
    return try computed { source, target, count in
      try other.withPointer { other in
        try Elementwise.add(source, other, times: factor, to: target, count: count)
      }
    }
  }
}
