import Gradients
import Running
import Tensors

/// `cumsum`: the sums of the elements up to each of them along a dimension.
enum CumsumFunction: Function {
  static let name = "cumsum"
  static let summary = "the sums of the elements up to each of them along a dimension"
  static let example = "cumsum(tensor([1, 2, 3]), 0)"

  private static let dim = FunctionParameter<Int>.dimension()
  static let signatures = [Signature(Reducing.input, dim, keywords: [Reducing.dtype])]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Reducing.input]
    let place = try Dimension.place(call[dim], rank: input.shape.rank, of: dim)
    switch try call[Reducing.dtype] ?? input.dataType.promoted(with: .int64) {
    case .float32: return .tensor(.float32(try Variable(CumulativeSum(place), input.floats())))
    case .int64: return .tensor(.int64(try input.integersWithoutGradient().sums(along: place)))
    case .bool: throw Refusal.truths().about(Reducing.dtype)
    }
  }
}

extension PlainTensor<Int64> {
  /// The sums of the elements up to each of them along a dimension.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  fileprivate func sums(along dimension: Int) throws -> IntegerTensor {
    let sums: [Int64] = try Memory.array(shape.count) { target in
      try elements.withUnsafeBufferPointer { source in
        guard let base = source.baseAddress else { return }
        try LineLayout(shape, dimension).accumulate(from: base, 0 as Int64) { sum, x, place in
          sum &+= x
          (target + place).initialize(to: sum)
        }
      }
    }
    return IntegerTensor(sums, shape: shape)
  }
}

extension Refusal {
  fileprivate static func truths() -> Refusal {
    Refusal("cumsum adds up float32 or int64, not bool", remedy: "leave dtype out")
  }
}
