/// Sums over one plane in thirty-two lanes that are joined at the end.
enum PlaneSums {
  /// Σ x.
  static func sum(_ source: UnsafePointer<Float>, _ count: Int) -> Float {
    reduce(count) { index, sum in
      sum + vector(source + index)
    } rest: {
      source[$0]
    }
  }

  /// Σ (x − center)².
  static func squares(_ source: UnsafePointer<Float>, _ count: Int, center: Float) -> Float {
    reduce(count) { index, sum in
      let distance = vector(source + index) - center
      return sum.addingProduct(distance, distance)
    } rest: {
      (source[$0] - center) * (source[$0] - center)
    }
  }

  /// Σ y · (x − center).
  static func products(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ count: Int, center: Float
  ) -> Float {
    reduce(count) { index, sum in
      sum.addingProduct(vector(first + index), vector(second + index) - center)
    } rest: {
      first[$0] * (second[$0] - center)
    }
  }

  @inline(__always)
  private static func reduce(
    _ count: Int, _ add: (Int, SIMD8<Float>) -> SIMD8<Float>, rest: (Int) -> Float
  ) -> Float {
    var (a, b, c, d) = (
      SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero
    )
    var index = 0
    while index + 32 <= count {
      a = add(index, a)
      b = add(index + 8, b)
      c = add(index + 16, c)
      d = add(index + 24, d)
      index += 32
    }
    while index + 8 <= count {
      a = add(index, a)
      index += 8
    }
    var total = lanes((a + b) + (c + d))
    while index < count {
      total += rest(index)
      index += 1
    }
    return total
  }
}
