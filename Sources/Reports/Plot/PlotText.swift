// A plot as lines of text.
extension Plot {
  /// What there is to draw on.
  public struct Medium: Sendable {
    /// Characters of a line at most.
    public let columns: Int
    /// Lines at most, where that leaves the picture a few.
    public let rows: Int
    /// Draws a text in a series' colour; nil where there are none, and series are told apart by marks
    /// and patterns alone.
    public let ink: (@Sendable (_ text: String, _ series: Int) -> String)?

    /// A file, whoever reads it: 72 columns without colours.
    public static let file = Medium(columns: 72, rows: 18, ink: nil)

    /// Makes a medium.
    public init(
      columns: Int, rows: Int, ink: (@Sendable (_ text: String, _ series: Int) -> String)?
    ) {
      (self.columns, self.rows, self.ink) = (max(30, columns), rows, ink)
    }

    /// A terminal of so many columns, with room for so many lines: as high as looks well, for a dot
    /// is as high as wide.
    public static func terminal(
      columns: Int, rows: Int, ink: (@Sendable (_ text: String, _ series: Int) -> String)?
    ) -> Medium {
      Medium(columns: columns, rows: min(rows, columns / 4), ink: ink)
    }
  }

  /// Where each of several series ends, and before its name in the legend.
  static let marks: [Character] = Array("ox+*#@%&")

  /// The picture with its axes and its legend.
  ///
  /// - Throws: `Cancelled`.
  public func lines(on medium: Medium = .file) throws -> [String] {
    let legend = legend(on: medium)
    let footer = leftOutLine.map { [$0] } ?? []
    guard !isEmpty else { return (title.map { [$0] } ?? []) + legend + footer }
    let above = (title == nil ? 0 : 1) + legend.count
    let rows = max(4, medium.rows - above - 2 - footer.count)
    let vertical = verticalAxis(rows: rows)
    let labels = vertical.ticks.map(\.label.count).max() ?? 0
    // What stands right of the picture: marks of lines that end there, or the name of the places.
    let name = placeName.map { $0.cut(to: 10) } ?? ""
    let marks = kind == .lines && series.count > 1 ? series.count : 0
    let margin = max(marks, name.isEmpty ? 0 : name.count + 1)
    let left = labels + 2
    let columns = max(10, medium.columns - left - margin)
    let half = kind == .bars ? try halfSlot() : 0
    let horizontal = horizontalAxis(
      halfSlot: half, columns: columns, left: left, right: left + columns + margin)

    var canvas = DotCanvas(columns: columns, rows: rows)
    var ends: [(x: Int, y: Int)?] = []
    switch kind {
    case .lines: ends = try drawLines(on: &canvas, horizontal.axis, vertical.axis)
    case .bars:
      try drawBars(
        on: &canvas, horizontal.axis, vertical.axis, halfSlot: half,
        isPatterned: medium.ink == nil)
    }
    let places = marks > 0 ? markPlaces(ends, canvas) : [:]

    var lines: [String] = []
    let indentation = String(repeating: " ", count: left)
    if let title { lines.append(indentation + title.cut(to: medium.columns - left)) }
    lines += legend.map { indentation + $0 }
    for row in 0..<rows {
      let tick = vertical.ticks.first {
        (canvas.height - 1 - vertical.axis.dot(of: $0.value, among: canvas.height)) / 4 == row
      }
      let label = tick?.label ?? ""
      lines.append(
        String(repeating: " ", count: labels - label.count) + label + (tick == nil ? " │" : " ┤")
          + cells(row, of: canvas, places, margin: marks, ink: medium.ink))
    }
    let tickColumns = horizontal.ticks.map {
      horizontal.axis.dot(of: $0.value, among: 2 * columns) / 2
    }
    lines.append(
      String(repeating: " ", count: labels + 1) + "└"
        + String((0..<columns).map { tickColumns.contains($0) ? "┬" : "─" })
        + (name.isEmpty ? "" : " " + name))
    lines.append(
      TickLine(horizontal.ticks, at: tickColumns.map { left + $0 }, within: left + columns + margin)
        .text)
    return lines + footer
  }

  // MARK: Axes

  typealias LabelledAxis = (axis: PlotAxis, ticks: [Tick])

  /// The axis of the values, which reaches to the next round numbers.
  func verticalAxis(rows: Int) -> LabelledAxis {
    var extent = vertical
    if scales.contains(.logarithmicValues) {
      extent = extent.widened(isLogarithmic: true)
      // The bar of the smallest value has a length, too.
      extent.lower = Ticks.logarithmicFloor(extent.lower, isStrict: kind == .bars)
      extent.upper = Ticks.logarithmicCeiling(extent.upper)
      let axis = PlotAxis(from: extent.lower, to: extent.upper, isLogarithmic: true)
      let ticks = Ticks.logarithmic(extent) { ticks in
        let rows = ticks.map { axis.dot(of: $0.value, among: 4 * rows) / 4 }
        return zip(rows.dropFirst(), rows).allSatisfy { $0 - $1 >= 2 }
      }
      return (axis, ticks)
    }
    if kind == .bars { extent.include(0) }
    extent = extent.widened(isLogarithmic: false)
    let ticks = Ticks.linear(extent, outward: true) { $0.count <= max(3, (rows + 1) / 2) }
    let ends = (ticks.first?.value ?? extent.lower, ticks.last?.value ?? extent.upper)
    return (PlotAxis(from: ends.0, to: ends.1, isLogarithmic: false), ticks)
  }

  /// The axis of the places, which ends with them.
  func horizontalAxis(
    halfSlot: Double, columns: Int, left: Int, right: Int
  ) -> LabelledAxis {
    let isLogarithmic = scales.contains(.logarithmicPlaces)
    let extent = horizontal.widened(isLogarithmic: isLogarithmic)
    let axis = PlotAxis(
      from: extent.lower, to: extent.upper, isLogarithmic: isLogarithmic,
      margin: horizontal.isFlat ? 0 : halfSlot)
    func fits(_ ticks: [Tick]) -> Bool {
      let columns = ticks.map { left + axis.dot(of: $0.value, among: 2 * columns) / 2 }
      return TickLine(ticks, at: columns, within: right).hasRoom
    }
    if case .words(let words) = places {
      let all = words.enumerated().map { Tick(value: Double($0.offset), label: $0.element) }
      for step in 1...max(1, words.count) {
        let ticks = stride(from: 0, to: all.count, by: step).map { index in
          Tick(value: all[index].value, label: all[index].label.cut(to: columns))
        }
        if fits(ticks) { return (axis, ticks) }
      }
      return (axis, [])
    }
    if let ticks = ticksOfPlaces(in: extent), fits(ticks) { return (axis, ticks) }
    // More numbers than this nobody would write, however wide the picture is.
    func areFew(_ ticks: [Tick]) -> Bool { ticks.count <= 11 && fits(ticks) }
    let ticks =
      isLogarithmic
      ? Ticks.logarithmic(extent, where: areFew) : Ticks.linear(extent, where: areFew)
    return (axis, ticks)
  }

  /// The places themselves, where they are few and short to write: the rates that a loop has tried.
  private func ticksOfPlaces(in extent: Extent) -> [Tick]? {
    guard case .numbers(let numbers) = places, numbers.count <= 12 else { return nil }
    let ticks = Set(numbers.elements).filter {
      Double($0) >= extent.lower && Double($0) <= extent.upper
    }.sorted().map { number in
      let text = "\(number)"
      return Tick(
        value: Double(number), label: text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }
    return ticks.allSatisfy { $0.label.count <= 6 && !$0.label.contains("e") } ? ticks : nil
  }

  // MARK: Words

  /// The names of the series, in as many lines as they need.
  private func legend(on medium: Medium) -> [String] {
    guard series.count > 1 || series.first?.name.isEmpty == false else { return [] }
    // The indentation below the axis' numbers is not known yet.
    let room = medium.columns - 14
    var lines: [String] = []
    var width = 0
    for (index, series) in series.enumerated() {
      let mark =
        self.series.count == 1
        ? ""
        : kind == .bars
          ? BarPattern(series: medium.ink == nil ? index : 0).sample
          : String(Self.marks[index])
      let name = series.name.cut(to: room - mark.count - 1)
      let length = mark.count + (mark.isEmpty ? 0 : 1) + name.count
      let entry =
        (mark.isEmpty ? "" : (medium.ink?(mark, index) ?? mark) + " ") + name
      if lines.isEmpty || width + 3 + length > room {
        lines.append(entry)
        width = length
      } else {
        lines[lines.count - 1] += "   " + entry
        width += 3 + length
      }
    }
    return lines
  }

  /// What is not drawn, and is no gap.
  var leftOutLine: String? {
    var parts: [String] = []
    if leftOut.infinite > 0 { parts.append("\(leftOut.infinite) infinite") }
    if leftOut.notPositive > 0 {
      let axes = [
        scales.contains(.logarithmicPlaces) ? "x" : "",
        scales.contains(.logarithmicValues) ? "y" : "",
      ].joined()
      parts.append("\(leftOut.notPositive) not positive (log=\(axes))")
    }
    return parts.isEmpty ? nil : "left out: " + parts.joined(separator: ", ")
  }

  // MARK: Cells

  private struct Cell: Hashable {
    let column: Int
    let row: Int
  }

  /// Where lines end: a mark stands in the first blank right of the last dot.
  private func markPlaces(_ ends: [(x: Int, y: Int)?], _ canvas: DotCanvas) -> [Cell: Int] {
    var places: [Cell: Int] = [:]
    for (index, end) in ends.enumerated() {
      guard let end else { continue }
      let row = end.y / 4
      var column = end.x / 2 + 1
      while column < canvas.columns
        ? canvas[column, row].series != nil
        : false
          || places[Cell(column: column, row: row)] != nil
      {
        column += 1
      }
      places[Cell(column: column, row: row)] = index
    }
    return places
  }

  /// A row of the picture, without blanks at its end; what belongs to one series is coloured at once.
  private func cells(
    _ row: Int, of canvas: DotCanvas, _ marks: [Cell: Int], margin: Int,
    ink: (@Sendable (String, Int) -> String)?
  ) -> String {
    var (text, run, owner) = ("", "", Int?.none)
    func painted() -> String {
      guard let ink, let owner, !run.isEmpty else { return run }
      return ink(run, owner)
    }
    var blanks = 0
    for column in 0..<canvas.columns + margin {
      var (character, series): (Character, Int?) =
        column < canvas.columns ? canvas[column, row] : (" ", nil)
      if let mark = marks[Cell(column: column, row: row)] {
        (character, series) = (Self.marks[mark], mark)
      }
      guard let series else {
        blanks += 1
        continue
      }
      if series != owner || blanks > 0 {
        text += painted() + String(repeating: " ", count: blanks)
        (run, owner, blanks) = ("", series, 0)
      }
      run.append(character)
    }
    return text + painted()
  }
}

/// The numbers below an axis, each in the middle below its tick as far as there is room.
private struct TickLine {
  /// Whether there are blanks between all of them.
  private(set) var hasRoom = true
  private(set) var text = ""

  init(_ ticks: [Tick], at columns: [Int], within width: Int) {
    for (tick, column) in zip(ticks, columns) {
      let length = tick.label.count
      let start = max(0, min(column - (length - 1) / 2, width - length))
      if !text.isEmpty, start < text.count + 2 { hasRoom = false }
      text += String(repeating: " ", count: max(0, start - text.count)) + tick.label
    }
  }
}

extension String {
  /// The text, or its beginning and a mark that there is more.
  fileprivate func cut(to length: Int) -> String {
    count <= length ? self : prefix(max(0, length - 1)) + "…"
  }
}
