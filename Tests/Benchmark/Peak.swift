extension Row {
  /// 10⁹ floating-point operations that are nothing but fused multiply-adds in registers: what one
  /// core can do at most.
  static var peak: [Row] {
    [
      Row(name: "peak") {
        {
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
      }
    ]
  }
}
