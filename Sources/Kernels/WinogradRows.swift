/// The four source rows under a run of tiles, without the padding.
struct WinogradRows {
  /// Offsets of the four rows in a plane, nil where a row is padding.
  let offsets: (Int?, Int?, Int?, Int?)
  /// The first column of the run that is not padding, and how many there are.
  let first: Int
  let length: Int
  let zeros: UnsafePointer<Float>

  /// Writes Bᵀ · d for the columns that are not padding to four lines `pitch` apart.
  @inline(__always)
  func mix(
    _ plane: UnsafePointer<Float>, to lines: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    func row(_ offset: Int?) -> UnsafePointer<Float> { offset.map { plane + $0 } ?? zeros }
    let (a, b, c, d) = (row(offsets.0), row(offsets.1), row(offsets.2), row(offsets.3))
    let (e, f) = (lines + first, lines + pitch + first)
    let (g, h) = (lines + 2 * pitch + first, lines + 3 * pitch + first)
    guard length >= 8 else {
      for x in 0..<length {
        e[x] = a[x] - c[x]
        f[x] = b[x] + c[x]
        g[x] = c[x] - b[x]
        h[x] = b[x] - d[x]
      }
      return
    }
    var x = 0
    while true {
      let (a, b, c, d) = (vector(a + x), vector(b + x), vector(c + x), vector(d + x))
      store8(a - c, e + x)
      store8(b + c, f + x)
      store8(c - b, g + x)
      store8(b - d, h + x)
      if x + 8 == length { break }
      x = min(x + 8, length - 8)
    }
  }
}

extension WinogradTiles {
  /// The source rows of a run; `zeros` stand in for rows of padding.
  func sourceRows(of run: Run, zeros: UnsafePointer<Float>) -> WinogradRows {
    let (top, left) = (run.row * 2 - padding, run.column * 2 - padding)
    let count = run.count * 2 + 2
    let first = min(count, max(0, -left))
    func offset(_ y: Int) -> Int? {
      y >= 0 && y < sourceHeight ? y * sourceWidth + left + first : nil
    }
    return WinogradRows(
      offsets: (offset(top), offset(top + 1), offset(top + 2), offset(top + 3)), first: first,
      length: max(0, min(count, sourceWidth - left) - first), zeros: zeros)
  }
}

/// Copies a few elements; the last eight overlap those before.
@inline(__always)
func copyOverlapping(
  _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int
) {
  guard count >= 8 else {
    for x in 0..<count { target[x] = source[x] }
    return
  }
  var x = 0
  while true {
    store8(vector(source + x), target + x)
    if x + 8 == count { break }
    x = min(x + 8, count - 8)
  }
}
