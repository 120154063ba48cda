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
  /// - Parameters:
  ///   - shape: the sizes.
  ///   - inPairs: whether all are drawn in pairs however many they are, as into a tensor that does
  ///     not lie in row-major order.
  /// - Returns: the tensor.
  /// - Throws: `Cancelled`, ``ShapeError`` where memory cannot hold it.
  public mutating func normal(shape: Shape, inPairs: Bool = false) throws -> Tensor {
    return try Tensor(shape: shape) { target in
      let count = shape.count
      if count < 16 || inPairs {
        for index in 0..<count {
          if index & 0xfff == 0 { try Cancellation.check() }
          target[index] = Float(pairwiseNormal())
        }
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

  /// A tensor of whole numbers, each from `low` and below `high`: `torch.randint(low, high, shape)`.
  ///
  /// - Throws: `Cancelled`, ``ShapeError`` where memory cannot hold it.
  public mutating func integers(
    shape: Shape, low: Int64, below high: Int64
  ) throws -> IntegerTensor {
    try IntegerTensor(shape: shape, work: 4) { _ in integer(low: low, below: high) }
  }

  /// The whole numbers below `count` in random order: `torch.randperm(count)`.
  ///
  /// - Throws: `Cancelled`, ``ShapeError`` where memory cannot hold them.
  public mutating func permutation(of count: Int) throws -> IntegerTensor {
    var order = try IntegerTensor(shape: [count]) { Int64($0) }
    try order.elements.withUnsafeMutableBufferPointer { order in
      try Cancellation.forEachPiece(of: count - 1, work: 4) { piece in
        for place in piece {
          order.swapAt(place, place + Int(next32() % UInt32(count - place)))
        }
      }
    }
    return order
  }

  /// Counts some ten thousand values as drawn.
  private static func pause() throws(Cancelled) {
    try Cancellation.check()
    Progress.advance()
  }
}
