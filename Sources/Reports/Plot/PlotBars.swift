import Tensors

extension Plot {
  /// Half of what a place has of the horizontal axis, in its own measure: the bars of the first and
  /// the last place reach so far beyond them.
  ///
  /// - Throws: `Cancelled`.
  func halfSlot() throws -> Double {
    let isLogarithmic = scales.contains(.logarithmicPlaces)
    let extent = horizontal.widened(isLogarithmic: isLogarithmic)
    func measure(_ value: Double) -> Double { isLogarithmic ? DoubleMath.log(value) : value }
    let length = measure(extent.upper) - measure(extent.lower)
    let count = series.map(\.count).max() ?? 1
    guard !horizontal.isFlat else { return length / 2 }
    guard case .numbers = places, count <= Self.countedSlots, let first = series.first else {
      return length / Double(2 * max(1, count - 1))
    }
    var measures: [Double] = []
    try forEachPoint(of: first) { point in
      if case .drawn(let place, _) = point { measures.append(measure(place)) }
    }
    measures.sort()
    let gaps = zip(measures.dropFirst(), measures).map { $0 - $1 }.filter { $0 > length * 1e-6 }
    return (gaps.min() ?? length) / 2
  }

  /// Up to so many places the least distance between two is looked for: no picture has more bars.
  private static let countedSlots = 4096

  /// Draws all series as bars beside each other, from zero or, on a logarithmic axis, from its end.
  ///
  /// - Throws: `Cancelled`.
  func drawBars(
    on canvas: inout DotCanvas, _ horizontal: PlotAxis, _ vertical: PlotAxis, halfSlot: Double,
    isPatterned: Bool
  ) throws {
    let (width, height) = (canvas.width, canvas.height)
    let isLogarithmic = scales.contains(.logarithmicValues)
    let base = isLogarithmic ? height - 1 : height - 1 - vertical.dot(of: 0, among: height)
    let slot = horizontal.lengthShare(of: 2 * halfSlot) * Double(width)
    // A fifth of the room stays empty between places. Bars of several series fill whole characters
    // where they can, for a character has one colour.
    var bar = max(1, Int(slot * 0.8) / series.count)
    let isAligned = series.count > 1 && bar > 1
    if isAligned { bar -= bar % 2 }
    for index in series.indices {
      // Of bars that share a column of dots the highest and the lowest end.
      var ends: [ClosedRange<Int>?] = Array(repeating: nil, count: width)
      try forEachPoint(of: series[index]) { point in
        guard case .drawn(let place, let value) = point, isLogarithmic || value != 0 else { return }
        let end = height - 1 - vertical.dot(of: value, among: height)
        let middle = horizontal.share(of: place) * Double(width)
        var start = Int((middle - Double(bar * series.count) / 2).rounded()) + index * bar
        if isAligned, start % 2 != 0 { start -= 1 }
        // Where bars are many, those of the last places may lie beyond the picture.
        for x in (start..<start + bar).clamped(to: 0..<width) {
          ends[x] = min(ends[x]?.lowerBound ?? end, end)...max(ends[x]?.upperBound ?? end, end)
        }
      }
      let pattern = BarPattern(series: isPatterned ? index : 0)
      for (x, range) in ends.enumerated() {
        guard let range else { continue }
        for y in min(range.lowerBound, base)...max(range.upperBound, base)
        where pattern.fills(x, y) || y == range.lowerBound || y == range.upperBound {
          canvas.draw(x, y, index)
        }
      }
    }
  }
}

/// What fills the bars of a series where there are no colours.
struct BarPattern {
  let series: Int

  /// Whether a dot of a bar is drawn.
  func fills(_ x: Int, _ y: Int) -> Bool {
    switch series % 4 {
    case 0: true
    case 1: (x + y) % 2 == 0
    case 2: y % 2 == 0
    default: (x + y) % 4 == 0
    }
  }

  /// Two characters that are filled with it.
  var sample: String {
    var canvas = DotCanvas(columns: 2, rows: 1)
    for x in 0..<canvas.width {
      for y in 0..<canvas.height where fills(x, y) { canvas.draw(x, y, series) }
    }
    return String((0..<canvas.columns).map { canvas[$0, 0].character })
  }
}
