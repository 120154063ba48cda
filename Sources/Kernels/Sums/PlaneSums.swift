/// Sums over one plane in thirty-two lanes of doubles that are joined at the end.
///
/// In double, as PyTorch sums here: the mean of equal values is then exactly that value.
enum PlaneSums {
  /// Σ x.
  static func sum(_ source: UnsafePointer<Float>, _ count: Int) -> Double {
    reduce(count) { index, sum in
      sum + doubles(vector(source + index))
    } rest: {
      Double(source[$0])
    }
  }

  /// Σ (x − center)².
  static func squares(_ source: UnsafePointer<Float>, _ count: Int, center: Float) -> Double {
    reduce(count) { index, sum in
      let distance = vector(source + index) - center
      return sum + doubles(distance * distance)
    } rest: {
      Double((source[$0] - center) * (source[$0] - center))
    }
  }

  // Inlined with its steps, so that the sums stay in registers.
  @inline(__always)
  private static func reduce(
    _ count: Int, _ add: (Int, SIMD8<Double>) -> SIMD8<Double>, rest: (Int) -> Double
  ) -> Double {
    var (a, b, c, d) = (
      SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero
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
    var total = ((a + b) + (c + d)).sum()
    while index < count {
      total += rest(index)
      index += 1
    }
    return total
  }
}
