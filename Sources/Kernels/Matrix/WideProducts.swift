import CVectors

typealias WideProducts = dpu_products

extension dpu_products {
  init(
    factors: UnsafePointer<Float>, rowPitch: Int, depthPitch: Int, first: UnsafePointer<Float>,
    second: UnsafePointer<Float>?, linePitch: Int, depth: Int
  ) {
    self.init(
      factors: factors, row_pitch: rowPitch, depth_pitch: depthPitch, first: first, second: second,
      line_pitch: linePitch, depth: depth)
  }

  /// Writes the sums of one to six rows, rows `pitch` apart.
  @inline(__always)
  func add(
    rows: Int, to first: UnsafeMutablePointer<Float>, _ second: UnsafeMutablePointer<Float>?,
    pitch: Int, continues: Bool = false
  ) {
    withUnsafePointer(to: self) { products in
      withUnsafePointer(
        to: dpu_sums(first: first, second: second, pitch: pitch, continues: continues)
      ) { dpu_wide_products(Int32(rows), products, $0) }
    }
  }
}
