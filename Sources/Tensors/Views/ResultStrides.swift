extension ViewPlan {
  /// PyTorch's strides of what is computed element by element from operands that are broadcast
  /// against each other, by the rules of its TensorIterator: a transposed tensor plus one is still
  /// transposed.
  ///
  /// - Parameters:
  ///   - operands: the sizes and strides of the operands, in their order.
  ///   - shape: the sizes that they are broadcast to.
  /// - Returns: a stride for each dimension of the result.
  public static func resultStrides(of operands: [ViewPlan], to shape: Shape) -> [Int] {
    let contiguous = ViewPlan(whole: shape).strides
    if operands.allSatisfy({ $0.shape == shape }) {
      if operands.allSatisfy(\.isContiguous) { return contiguous }
      if operands.allSatisfy(\.isChannelsLast) { return channelsLastStrides(of: shape) }
      if let first = operands.first, first.isDense,
        operands.allSatisfy({ $0.strides == first.strides })
      {
        return first.strides
      }
    }
    let steps = operands.map { operand in
      let more = shape.rank - operand.shape.rank
      return shape.dimensions.indices.map { dimension in
        let own = dimension < more ? 1 : operand.shape[dimension - more]
        return dimension < more || own == 1 && shape[dimension] != 1
          ? 0 : operand.strides[dimension - more]
      }
    }
    let order = innermostFirst(shape, steps)
    guard order != shape.dimensions.indices.reversed() else { return contiguous }
    var strides = contiguous
    var step = 1
    for dimension in order {
      strides[dimension] = step
      step *= shape[dimension]
    }
    return strides
  }

  /// The dimensions from that with the smallest steps to that with the largest; where the operands
  /// do not say, the later one is the inner one.
  private static func innermostFirst(_ shape: Shape, _ steps: [[Int]]) -> [Int] {
    func comparison(_ first: Int, _ second: Int) -> Int {
      for steps in steps where steps[first] != 0 && steps[second] != 0 {
        if steps[first] != steps[second] { return steps[first] < steps[second] ? -1 : 1 }
        if shape[first] > shape[second] { return 1 }
      }
      return 0
    }
    // An insertion sort, which is what PyTorch sorts by: where operands leave the order of some
    // dimensions open, another one would give other strides.
    var order = Array(shape.dimensions.indices.reversed())
    for start in order.indices.dropFirst() {
      var place = start
      for earlier in stride(from: start - 1, through: 0, by: -1) {
        let result = comparison(order[earlier], order[place])
        if result > 0 {
          order.swapAt(earlier, place)
          place = earlier
        } else if result < 0 {
          break
        }
      }
    }
    return order
  }

  /// Whether each element of a stretch of memory is shown once: PyTorch's
  /// `is_non_overlapping_and_dense`.
  public var isDense: Bool {
    guard shape.count > 0 else { return true }
    var step = 1
    let wide = shape.dimensions.indices.filter { shape[$0] != 1 }
    for dimension in wide.sorted(by: { strides[$0] < strides[$1] }) {
      guard strides[dimension] == step else { return false }
      step *= shape[dimension]
    }
    return true
  }

  /// Whether the channels of images lie next to each other: PyTorch's `channels_last`.
  private var isChannelsLast: Bool {
    guard shape.rank == 4 || shape.rank == 5 else { return false }
    let expected = Self.channelsLastStrides(of: shape)
    return shape.dimensions.indices.allSatisfy { shape[$0] == 1 || strides[$0] == expected[$0] }
  }

  private static func channelsLastStrides(of shape: Shape) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.rank)
    var step = 1
    for dimension in [1] + Array(2..<shape.rank).reversed() + [0] {
      strides[dimension] = step
      step *= max(1, shape[dimension])
    }
    return strides
  }
}
