/// Transforms one 3×3 filter, given as the weight of a tap 0..<9, to 4×4: G · g · Gᵀ.
@inline(__always)
func winogradFilter(
  _ weight: (Int) -> Float, to target: UnsafeMutablePointer<Float>, pitch: Int
) {
  let first = winogradLine(weight(0), weight(3), weight(6))
  let second = winogradLine(weight(1), weight(4), weight(7))
  let third = winogradLine(weight(2), weight(5), weight(8))
  for row in 0..<4 {
    let line = winogradLine(first[row], second[row], third[row])
    for column in 0..<4 { target[(row * 4 + column) * pitch] = line[column] }
  }
}

@inline(__always)
private func winogradLine(_ a: Float, _ b: Float, _ c: Float) -> SIMD4<Float> {
  let outer = a + c
  return SIMD4(a, (outer + b) * 0.5, (outer - b) * 0.5, c)
}
