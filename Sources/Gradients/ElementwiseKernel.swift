import Tensors

extension Tensor {
  /// A new tensor of the same shape that a kernel computes from this one's storage.
  func computed(
    _ kernel: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) throws -> Void
  ) throws -> Tensor {
    try Tensor(shape: shape) { target in
      try withPointer { source in try kernel(source, target, count) }
    }
  }
}
