import CVectors
import Kernels

extension Row {
  /// 10⁹ floating-point operations that are nothing but fused multiply-adds, with vectors of the width
  /// in use: what one core can do at most.
  static var peak: [Row] {
    [
      Row(name: "peak") { VectorWidth.bits == 512 ? peakOfWideVectors : peakOfNarrowVectors }
    ]
  }

  private static func peakOfNarrowVectors() {
    // Twelve independent chains hide the latency of each.
    var sums = InlineArray<12, SIMD8<Float>>(repeating: .zero)
    let (factor, other) = (SIMD8<Float>(repeating: 0.999), SIMD8<Float>(repeating: 0.5))
    for _ in 0..<1_000_000_000 / (12 * 8 * 2) {
      for chain in 0..<12 { sums[chain] = other.addingProduct(sums[chain], factor) }
    }
    var total = SIMD8<Float>.zero
    for chain in 0..<12 { total += sums[chain] }
    precondition(total.sum() > 0)
  }

  private static func peakOfWideVectors() {
    // The same in the loop of the products, whose operands stay in the first-level cache.
    let depth = 100
    let values = [Float](repeating: 0.5, count: depth * 32)
    var sums = [Float](repeating: 0, count: 6 * 32)
    values.withUnsafeBufferPointer { values in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let line = values.baseAddress, let target = sums.baseAddress else { return }
        var products = dpu_products(
          factors: line, row_pitch: 1, depth_pitch: 6, first: line, second: line + 16,
          line_pitch: 32, depth: depth)
        var place = dpu_sums(first: target, second: target + 16, pitch: 32, continues: false)
        for _ in 0..<1_000_000_000 / (6 * 32 * 2 * depth) {
          dpu_wide_products(6, &products, &place)
        }
      }
    }
    precondition(sums[0] > 0)
  }
}
