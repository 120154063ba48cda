import Kernels
import Running

extension Generator {
  /// A tensor of uniform values in [low, high): `torch.empty(shape).uniform_(low, high)`.
  ///
  /// - Throws: `Cancelled`, ``ShapeError`` where memory cannot hold it.
  public mutating func uniform(shape: Shape, low: Float, high: Float) throws -> Tensor {
    return try Tensor(shape: shape) { target in
      Progress.begin(shape.count >> 16)
      for index in 0..<shape.count {
        if index & 0xffff == 0 { try Self.pause() }
        target[index] = uniform(low: low, high: high)
      }
    }
  }

  /// A tensor of standard normal values: `torch.randn(shape)`.
  ///
  /// Fewer than 16 elements are drawn in pairs in double; 16 and more in blocks of 16 in float32,
  /// the last block drawn again where the length is no multiple of 16.
  ///
  /// - Throws: `Cancelled`, ``ShapeError`` where memory cannot hold it.
  public mutating func normal(shape: Shape) throws -> Tensor {
    return try Tensor(shape: shape) { target in
      let count = shape.count
      if count < 16 {
        for index in 0..<count { target[index] = Float(pairwiseNormal()) }
        return
      }
      Progress.begin(count >> 15)
      for index in 0..<count {
        if index & 0xffff == 0 { try Self.pause() }
        target[index] = uniform(low: 0, high: 1)
      }
      for start in stride(from: 0, through: count - 16, by: 16) {
        if start & 0xffff == 0 { try Self.pause() }
        NormalBlock.transform(target + start)
      }
      if count % 16 != 0 {
        let last = target + count - 16
        for index in 0..<16 { last[index] = uniform(low: 0, high: 1) }
        NormalBlock.transform(last)
      }
    }
  }

  /// Counts some ten thousand values as drawn.
  private static func pause() throws(Cancelled) {
    try Cancellation.check()
    Progress.advance()
  }
}
