extension Plot {
  /// Draws all series as lines.
  ///
  /// - Returns: for each series the dot where it ends; nil where it has none.
  /// - Throws: `Cancelled`.
  func drawLines(
    on canvas: inout DotCanvas, _ horizontal: PlotAxis, _ vertical: PlotAxis
  ) throws -> [(x: Int, y: Int)?] {
    try series.indices.map { index in
      var line = Line(series: index)
      let (width, height) = (canvas.width, canvas.height)
      try forEachPoint(of: series[index]) { point in
        if case .drawn(let place, let value) = point {
          line.go(
            to: horizontal.dot(of: place, among: width),
            height - 1 - vertical.dot(of: value, among: height), on: &canvas)
        } else {
          line.interrupt(on: &canvas)
        }
      }
      line.interrupt(on: &canvas)
      return line.end
    }
  }
}

/// A line on its way. Points that share a column of dots become one stroke from the highest to the
/// lowest of them, which is what their lines would leave: millions are as quick as that.
private struct Line {
  let series: Int
  /// Where the line has come to.
  private(set) var end: (x: Int, y: Int)?
  /// The rows that it has passed in the column where it is; nil after a gap.
  private var passed: ClosedRange<Int>?

  init(series: Int) { self.series = series }

  mutating func go(to x: Int, _ y: Int, on canvas: inout DotCanvas) {
    if let rows = passed, let end {
      if end.x == x {
        passed = min(rows.lowerBound, y)...max(rows.upperBound, y)
      } else {
        canvas.draw(end.x, rows, series)
        canvas.draw(from: end, to: (x, y), series)
        passed = y...y
      }
    } else {
      passed = y...y
    }
    end = (x, y)
  }

  /// Lifts the pen.
  mutating func interrupt(on canvas: inout DotCanvas) {
    if let rows = passed, let end { canvas.draw(end.x, rows, series) }
    passed = nil
  }
}
