/// Sums over one plane in float32, in the order of PyTorch's `vec::reduce_all`: eight lanes side by
/// side, then their halves, quarters and neighbours; fewer than eight values one after the other.
///
/// The order depends on the length alone. A gradient that cancels leaves nothing but what rounding
/// made of it, so that its zeros are PyTorch's only if each step is.
enum LaneSums {
  /// Σ x of `count` values, at least one.
  static func sum(_ source: UnsafePointer<Float>, _ count: Int) -> Float {
    guard count >= 8 else {
      return (1..<count).reduce(source[0]) { $0 + source[$1] }
    }
    var lanes = vector(source)
    var index = 8
    while index + 8 <= count {
      lanes += vector(source + index)
      index += 8
    }
    for lane in 0..<count - index { lanes[lane] += source[index + lane] }
    return joined(lanes)
  }

  /// Σ y · (x − center), `first` holding `count` values y and `second` as many x, at least one.
  ///
  /// The products of whole rows are rounded, those of the last few values are fused with their sum,
  /// as PyTorch 2.15.0 was compiled (1.13.1 fuses all).
  static func products(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ count: Int, center: Float
  ) -> Float {
    guard count >= 8 else {
      return (1..<count).reduce((second[0] - center) * first[0]) {
        $0 + (second[$1] - center) * first[$1]
      }
    }
    var lanes = (vector(second) - center) * vector(first)
    var index = 8
    while index + 8 <= count {
      lanes += (vector(second + index) - center) * vector(first + index)
      index += 8
    }
    for lane in 0..<count - index {
      lanes[lane].addProduct(second[index + lane] - center, first[index + lane])
    }
    return joined(lanes)
  }

  /// Σ y and Σ y · (x − center) of four planes of `count` values, `pitch` apart, each as ``sum(_:_:)``
  /// and ``products(_:_:_:center:)`` give it. One plane alone would wait for every addition.
  static func both(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, pitch: Int, _ count: Int,
    center: Float
  ) -> InlineArray<4, (sum: Float, products: Float)> {
    guard count >= 8 else {
      return InlineArray {
        (
          sum(first + $0 * pitch, count),
          products(first + $0 * pitch, second + $0 * pitch, count, center: center)
        )
      }
    }
    var lanes = InlineArray<4, SIMD8<Float>> { vector(first + $0 * pitch) }
    var terms = InlineArray<4, SIMD8<Float>> {
      (vector(second + $0 * pitch) - center) * vector(first + $0 * pitch)
    }
    var index = 8
    while index + 8 <= count {
      for plane in 0..<4 {
        let place = plane * pitch + index
        let y = vector(first + place)
        lanes[plane] += y
        terms[plane] += (vector(second + place) - center) * y
      }
      index += 8
    }
    for plane in 0..<4 {
      for lane in 0..<count - index {
        let place = plane * pitch + index + lane
        lanes[plane][lane] += first[place]
        terms[plane][lane].addProduct(second[place] - center, first[place])
      }
    }
    return InlineArray { (joined(lanes[$0]), joined(terms[$0])) }
  }

  @inline(__always)
  private static func joined(_ lanes: SIMD8<Float>) -> Float {
    let halves = lanes.lowHalf + lanes.highHalf
    let quarters = halves.lowHalf + halves.highHalf
    return quarters[0] + quarters[1]
  }
}
