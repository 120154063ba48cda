import CProcessor

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

  /// The same with each line split: first its even columns and half a pitch behind its odd ones, so
  /// that neighbouring tiles find their elements side by side.
  @inline(__always)
  func mixSplit(
    _ plane: UnsafePointer<Float>, zeros: UnsafePointer<Float>,
    to lines: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    let (a, b, c, d) = rows(plane, zeros)
    let half = pitch / 2
    @inline(__always)
    func mixOne(_ x: Int) {
      let column = first + x
      mix(a, b, c, d, x, to: lines + column / 2 + column % 2 * half, pitch)
    }
    guard length > 0 else { return }
    let lead = first % 2
    let pairs = (length - lead) / 2
    if lead == 1 { mixOne(0) }
    if lead + 2 * pairs < length { mixOne(length - 1) }
    guard pairs >= 8 else {
      for x in lead..<lead + 2 * pairs { mixOne(x) }
      return
    }
    let target = lines + (first + lead) / 2
    var pair = 0
    while true {
      let x = lead + 2 * pair
      let (a, a2, b, b2) = (vector(a + x), vector(a + x + 8), vector(b + x), vector(b + x + 8))
      let (c, c2, d, d2) = (vector(c + x), vector(c + x + 8), vector(d + x), vector(d + x + 8))
      let place = target + pair
      storeSplit(a - c, a2 - c2, place, half)
      storeSplit(b + c, b2 + c2, place + pitch, half)
      storeSplit(c - b, c2 - b2, place + 2 * pitch, half)
      storeSplit(b - d, b2 - d2, place + 3 * pitch, half)
      if pair + 8 == pairs { break }
      pair = min(pair + 8, pairs - 8)
    }
  }

  /// Asks for the elements of a plane before they are needed.
  @inline(__always)
  func prefetch(_ plane: UnsafePointer<Float>) {
    @inline(__always)
    func prefetch(_ offset: Int?) {
      guard let offset else { return }
      for x in stride(from: 0, to: length, by: 16) { dpu_prefetch(plane + offset + x) }
    }
    prefetch(offsets.0)
    prefetch(offsets.1)
    prefetch(offsets.2)
    prefetch(offsets.3)
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

/// Writes the even elements of sixteen to one place and the odd ones `half` behind it.
@inline(__always)
private func storeSplit(
  _ low: SIMD8<Float>, _ high: SIMD8<Float>, _ place: UnsafeMutablePointer<Float>, _ half: Int
) {
  store8(SIMD8(lowHalf: low.evenHalf, highHalf: high.evenHalf), place)
  store8(SIMD8(lowHalf: low.oddHalf, highHalf: high.oddHalf), place + half)
}

extension WinogradTiles {
  /// The source rows of a run.
  func sourceRows(of run: Run) -> WinogradRows {
    let (top, left) = (run.row * 2 - padding, run.column * 2 - padding)
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

/// Writes even and odd elements in turn, `count` in all; the last vectors overlap those before.
@inline(__always)
func interleave(
  _ even: UnsafePointer<Float>, _ odd: UnsafePointer<Float>,
  to target: UnsafeMutablePointer<Float>, count: Int
) {
  let pairs = count / 2
  if count % 2 == 1 { target[count - 1] = even[pairs] }
  guard pairs >= 8 else {
    for pair in 0..<pairs {
      target[2 * pair] = even[pair]
      target[2 * pair + 1] = odd[pair]
    }
    return
  }
  var pair = 0
  while true {
    let (a, b) = (vector(even + pair), vector(odd + pair))
    store8(SIMD8(a[0], b[0], a[1], b[1], a[2], b[2], a[3], b[3]), target + 2 * pair)
    store8(SIMD8(a[4], b[4], a[5], b[5], a[6], b[6], a[7], b[7]), target + 2 * pair + 8)
    if pair + 8 == pairs { break }
    pair = min(pair + 8, pairs - 8)
  }
}
