import Running
import Tensors

extension Plot {
  /// How a drawing is laid out: the room for curves.
  private enum Size {
    static let width = 560.0
    static let height = 260.0
    /// The characters and lines that fit there decide how many numbers stand at the axes.
    static let columns = Int(width / SVGDrawing.advance)
    static let rows = Int(height / SVGDrawing.lineHeight)
  }

  /// The plot as a drawing with its axes and its legend.
  ///
  /// - Throws: `Cancelled`.
  func drawing() throws -> SVGDrawing {
    var drawing = SVGDrawing()
    if let title { drawing.note(title) }
    addLegend(to: &drawing)
    guard !isEmpty else {
      if let leftOutLine { drawing.note(leftOutLine) }
      return drawing
    }
    let vertical = verticalAxis(rows: Size.rows)
    let labels = vertical.ticks.map(\.label.count).max() ?? 0
    let half = kind == .bars ? try halfSlot() : 0
    let horizontal = horizontalAxis(
      halfSlot: half, columns: Size.columns, left: labels + 2, right: Size.columns + labels + 2)
    let left = Double(labels + 2) * SVGDrawing.advance
    let top = drawing.height + 10
    let bottom = top + Size.height

    for tick in vertical.ticks {
      let y = bottom - vertical.axis.share(of: tick.value) * Size.height
      drawing.path(Self.line(left, y, left + Size.width, y), class: "grid")
      drawing.text(tick.label, left - 8, y + 4, class: "faint", anchor: "end")
    }
    for tick in horizontal.ticks {
      let x = left + horizontal.axis.share(of: tick.value) * Size.width
      drawing.path(Self.line(x, bottom, x, bottom + 5), class: "axis")
      drawing.text(tick.label, x, bottom + 19, class: "faint", anchor: "middle")
    }
    func place(_ place: Double, _ value: Double) -> (x: Double, y: Double) {
      (
        left + horizontal.axis.share(of: place) * Size.width,
        bottom - vertical.axis.share(of: value) * Size.height
      )
    }
    for index in series.indices {
      try Cancellation.check()
      switch kind {
      case .lines: try addCurve(index, to: &drawing, place)
      case .bars:
        let slot = horizontal.axis.lengthShare(of: 2 * half) * Size.width
        let isLogarithmic = scales.contains(.logarithmicValues)
        let base = bottom - (isLogarithmic ? 0 : vertical.axis.share(of: 0) * Size.height)
        try addBars(index, to: &drawing, width: slot * 0.8 / Double(series.count), base, place)
      }
    }
    drawing.path(Self.line(left, top, left, bottom), class: "axis")
    drawing.path(Self.line(left, bottom, left + Size.width, bottom), class: "axis")
    if let placeName {
      drawing.text(placeName, left + Size.width, bottom + 36, class: "faint", anchor: "end")
    }
    drawing.reserve(left + Size.width + 12, bottom + (placeName == nil ? 26 : 42))
    if let leftOutLine { drawing.note(leftOutLine) }
    return drawing
  }

  private func addLegend(to drawing: inout SVGDrawing) {
    guard series.count > 1 || series.first?.name.isEmpty == false else { return }
    var x = 0.0
    var top = drawing.height
    for (index, series) in series.enumerated() {
      let length = 40 + Double(series.name.count) * SVGDrawing.advance
      if x > 0, x + length > Size.width {
        (x, top) = (0, top + SVGDrawing.lineHeight)
      }
      switch kind {
      case .lines:
        drawing.path(Self.line(x + 1, top + 9, x + 26, top + 9), class: Self.curve(index))
      case .bars: drawing.rectangle(x + 1, top + 3, 24, 12, class: "bar\(index)")
      }
      drawing.text(series.name, x + 33, top + 13)
      x += length + 10
    }
    drawing.reserve(0, top + SVGDrawing.lineHeight)
  }

  private static func curve(_ index: Int) -> String { "curve curve\(index)" }

  private static func line(_ x: Double, _ y: Double, _ toX: Double, _ toY: Double) -> String {
    let number = SVGDrawing.number
    return "M\(number(x)) \(number(y))L\(number(toX)) \(number(toY))"
  }

  /// A series as a line. Points that share a quarter of a pixel become one stroke from the highest to
  /// the lowest of them: a million points are drawn by two thousand.
  private func addCurve(
    _ index: Int, to drawing: inout SVGDrawing,
    _ place: (Double, Double) -> (x: Double, y: Double)
  ) throws {
    var curve = Curve()
    try forEachPoint(of: series[index]) { point in
      if case .drawn(let at, let value) = point {
        let (x, y) = place(at, value)
        curve.go(to: x, y)
      } else {
        curve.interrupt()
      }
    }
    curve.interrupt()
    drawing.path(curve.steps, class: Self.curve(index))
  }

  private func addBars(
    _ index: Int, to drawing: inout SVGDrawing, width: Double, _ base: Double,
    _ place: (Double, Double) -> (x: Double, y: Double)
  ) throws {
    // Narrower bars share a place, where the highest and the lowest end.
    let least = 0.5
    var ends: [Int: (top: Double, bottom: Double)] = [:]
    try forEachPoint(of: series[index]) { point in
      guard case .drawn(let at, let value) = point else { return }
      let (middle, y) = place(at, value)
      let x = middle - width * (Double(series.count) / 2 - Double(index))
      if width < least {
        let key = Int((x / least).rounded())
        let old = ends[key]
        ends[key] = (min(old?.top ?? base, y), max(old?.bottom ?? base, y))
      } else if y != base {
        drawing.rectangle(x, min(y, base), width, abs(y - base), class: "bar\(index)")
      }
    }
    for (key, end) in ends.sorted(by: { $0.key < $1.key }) where end.bottom > end.top {
      drawing.rectangle(
        Double(key) * least, end.top, least, end.bottom - end.top, class: "bar\(index)")
    }
  }
}

/// A line on its way.
private struct Curve {
  private(set) var steps = ""
  /// Whether the pen was put down and has not moved.
  private var isAtStart = false
  /// The column of quarter pixels where it is, and where in it the line came, went, and reached.
  private var column: (key: Int, x: Double, last: Double, low: Double, high: Double)?

  mutating func go(to x: Double, _ y: Double) {
    let key = Int((x * 4).rounded())
    if let old = column {
      if old.key == key {
        column = (key, x, y, min(old.low, y), max(old.high, y))
        return
      }
      flush()
      add("L", x, y)
    } else {
      add("M", x, y)
    }
    column = (key, x, y, y, y)
  }

  /// Lifts the pen.
  mutating func interrupt() {
    guard let old = column else { return }
    flush()
    // A point alone is a line of no length, which a round pen shows.
    if isAtStart { add("L", old.x, old.last) }
    column = nil
  }

  private mutating func flush() {
    guard let old = column, old.low < old.high else { return }
    add("L", old.x, old.low)
    add("L", old.x, old.high)
    add("L", old.x, old.last)
  }

  private mutating func add(_ step: String, _ x: Double, _ y: Double) {
    isAtStart = step == "M"
    steps += "\(step)\(SVGDrawing.number(x)) \(SVGDrawing.number(y))"
  }
}
