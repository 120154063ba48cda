import CVectors

/// Sums over one plane in thirty-two lanes of doubles that are joined at the end.
///
/// In double, as PyTorch sums here: the mean of equal values is then exactly that value.
struct PlaneSums {
  private let isWide = VectorWidth.isWide

  /// Σ x of `count` values.
  func sum(_ source: UnsafePointer<Float>, _ count: Int) -> Double {
    total(source, count, center: nil)
  }

  /// Σ (x − center)² of `count` values.
  func squares(_ source: UnsafePointer<Float>, _ count: Int, center: Float) -> Double {
    total(source, count, center: center)
  }

  @inline(__always)
  private func total(
    _ source: UnsafePointer<Float>, _ count: Int, center: Float?
  ) -> Double {
    let whole = count / 8 * 8
    let lanes =
      isWide
      ? Self.wideSums(source, whole, center: center) : Self.sums(source, whole, center: center)
    var total = lanes.sum()
    for index in whole..<count {
      guard let center else {
        total += Double(source[index])
        continue
      }
      let distance = source[index] - center
      total += Double(distance * distance)
    }
    return total
  }

  @inline(__always)
  private static func wideSums(
    _ source: UnsafePointer<Float>, _ count: Int, center: Float?
  ) -> SIMD8<Double> {
    var lanes = SIMD8<Double>.zero
    withUnsafeMutablePointer(to: &lanes) {
      $0.withMemoryRebound(to: Double.self, capacity: 8) { lanes in
        if let center {
          dpu_wide_sum_squares(source, count, center, lanes)
        } else {
          dpu_wide_sum(source, count, lanes)
        }
      }
    }
    return lanes
  }

  // Inlined with its terms, so that the sums stay in registers.
  @inline(__always)
  private static func sums(
    _ source: UnsafePointer<Float>, _ count: Int, center: Float?
  ) -> SIMD8<Double> {
    var (a, b, c, d) = (
      SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero
    )
    var index = 0
    while index + 32 <= count {
      a += terms(source + index, center: center)
      b += terms(source + index + 8, center: center)
      c += terms(source + index + 16, center: center)
      d += terms(source + index + 24, center: center)
      index += 32
    }
    while index < count {
      a += terms(source + index, center: center)
      index += 8
    }
    return (a + b) + (c + d)
  }

  /// Eight values, or the squares of their distances from a center.
  @inline(__always)
  private static func terms(
    _ source: UnsafePointer<Float>, center: Float?
  ) -> SIMD8<Double> {
    guard let center else { return doubles(vector(source)) }
    let distance = vector(source) - center
    return doubles(distance * distance)
  }
}
