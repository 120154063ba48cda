/// The four source rows under a run of tiles, without the padding.
struct WinogradRows: Sendable {
  /// Offsets of the four rows in a plane, nil where a row is padding.
  let offsets: (Int?, Int?, Int?, Int?)
  /// The first column of the run that is not padding, and how many there are.
  let first: Int
  let length: Int

  /// Writes Bᵀ · d for the columns that are not padding to four lines `pitch` apart; `zeros` stand
  /// in for rows of padding.
  @inline(__always)
  func mix(
    _ plane: UnsafePointer<Float>, zeros: UnsafePointer<Float>,
    to lines: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    let (a, b, c, d) = rows(plane, zeros)
    guard length >= 8 else {
      for x in 0..<length { mix(a, b, c, d, x, to: lines + first + x, pitch) }
      return
    }
    var x = 0
    while true {
      let (a, b, c, d) = (vector(a + x), vector(b + x), vector(c + x), vector(d + x))
      let place = lines + first + x
      store8(a - c, place)
      store8(b + c, place + pitch)
      store8(c - b, place + 2 * pitch)
      store8(b - d, place + 3 * pitch)
      if x + 8 == length { break }
      x = min(x + 8, length - 8)
    }
  }

  private typealias Row = UnsafePointer<Float>

  @inline(__always)
  private func rows(_ plane: Row, _ zeros: Row) -> (Row, Row, Row, Row) {
    func row(_ offset: Int?) -> Row { offset.map { plane + $0 } ?? zeros }
    return (row(offsets.0), row(offsets.1), row(offsets.2), row(offsets.3))
  }

  @inline(__always)
  private func mix(
    _ a: Row, _ b: Row, _ c: Row, _ d: Row, _ x: Int, to place: UnsafeMutablePointer<Float>,
    _ pitch: Int
  ) {
    place[0] = a[x] - c[x]
    place[pitch] = b[x] + c[x]
    place[2 * pitch] = c[x] - b[x]
    place[3 * pitch] = b[x] - d[x]
  }
}

extension WinogradTiles {
  /// The source rows of a run.
  func sourceRows(of run: Run) -> WinogradRows {
    let (top, left) = (run.row * 2 - padding.rows, run.column * 2 - padding.columns)
    let count = run.count * 2 + 2
    let first = min(count, max(0, -left))
    func offset(_ y: Int) -> Int? {
      y >= 0 && y < sourceHeight ? y * sourceWidth + left + first : nil
    }
    return WinogradRows(
      offsets: (offset(top), offset(top + 1), offset(top + 2), offset(top + 3)), first: first,
      length: max(0, min(count, sourceWidth - left) - first))
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
