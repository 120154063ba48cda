import Kernels
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

  /// Elements after which a long pass looks whether it is to stop.
  private static var stretch: Int { 1 << 20 }

  /// A new tensor of the same shape, each element computed from the old one.
  ///
  /// - Throws: `Cancelled`.
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

  /// A tensor with the same value everywhere.
  ///
  /// - Throws: `Cancelled`.
  static func filled(_ value: Float, shape: Shape) throws -> Tensor {
    try Tensor(shape: shape) { target in
      for start in Swift.stride(from: 0, to: shape.count, by: stretch) {
        try Cancellation.check()
        (target + start).initialize(repeating: value, count: min(stretch, shape.count - start))
      }
    }
  }
}
