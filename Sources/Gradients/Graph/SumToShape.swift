import Kernels
import Running
import Tensors

extension Tensor {
  /// The sum over the copies of each element, where a tensor of a smaller shape was broadcast to this
  /// one's: PyTorch's `sum_to`.
  ///
  /// - Throws: `Cancelled`, `ShapeError` where memory cannot hold it.
  func summed(to smaller: Shape) throws -> Tensor {
    guard count != smaller.count else { return reshaped(smaller) }
    if smaller.count == 1 {
      return try Sum().forward([self]).reshaped(smaller)
    }
    return try Tensor(shape: smaller) { target in
      target.initialize(repeating: 0, count: smaller.count)
      try withPointer { source in
        var passed = 0
        try Broadcast([smaller], to: shape).forEachRow { row in
          passed += row.length + 8
          if passed >= Cancellation.piece {
            passed = 0
            try Cancellation.check()
          }
          row.forEach { place, own, _ in target[own] += source[place] }
        }
      }
    }
  }
}
