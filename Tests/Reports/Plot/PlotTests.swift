import Foundation
import Tensors
import Testing

@testable import Reports

/// Whole small pictures, drawn by hand, and where dots lie.
struct PlotTests {
  private static func picture(
    _ rows: [(String, [Float])], columns: Int = 30, rows height: Int, kind: Plot.Kind = .lines,
    scales: Plot.Scales = [], at places: Plot.Places = .counted, called name: String? = nil,
    title: String? = nil, ink: (@Sendable (String, Int) -> String)? = nil
  ) throws -> String {
    let series = rows.map { Plot.Series($0.0, Tensor($0.1, shape: [$0.1.count])) }
    return try Plot(series, at: places, called: name, kind: kind, scales: scales, title: title)
      .lines(on: Plot.Medium(columns: columns, rows: height, ink: ink)).joined(separator: "\n")
  }

  @Test func notANumberIsAGap() throws {
    #expect(
      try Self.picture([("", [3, 3, .nan, 3])], rows: 7) == """
        4 ┤
          │
        3 ┤⠒⠒⠒⠒⠒⠒⠒⠒⠒⠂                ⠐
          │
        2 ┤
          └┬────────┬───────┬────────┬
           0        1       2        3
        """)
  }

  @Test func barsBeginAtZero() throws {
    #expect(
      try Self.picture([("", [1, 2])], rows: 7, kind: .bars) == """
        2 ┤               ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇
          │               ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇
        1 ┤ ⢰⣶⣶⣶⣶⣶⣶⣶⣶⣶⣶   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇
          │ ⢸⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇
        0 ┤ ⢸⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿   ⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⡇
          └──────┬─────────────┬──────
                 0             1
        """)
  }

  @Test func aLogarithmicAxisHasEqualRatios() throws {
    #expect(
      try Self.picture([("", [1, .nan, 10, .nan, 1000])], rows: 10, scales: .logarithmicValues)
        == """
        1000 ┤                       ⠈
             │
         100 ┤
             │
             │
          10 ┤            ⠂
             │
           1 ┤⡀
             └┬─────┬─────┬────┬─────┬
              0     1     2    3     4
        """)
  }

  @Test func severalLinesHaveMarksWhereTheyEnd() throws {
    let line = String(repeating: "⠉", count: 25)
    let other = String(repeating: "⣀", count: 25)
    #expect(
      try Self.picture([("a", [1, 1]), ("b", [0, 0])], rows: 9, title: "two") == """
           two
           o a   x b
        1 ┤\(line)o
          │
          │
          │
        0 ┤\(other)x
          └┬───────────────────────┬
           0                       1
        """)
    #expect(
      try Self.picture(
        [("a", [1, 1]), ("b", [0, 0])], rows: 8, ink: { "<\($1)\($0)>" }) == """
             <0o> a   <1x> b
          1 ┤<0\(line)o>
            │
            │
            │
          0 ┤<1\(other)x>
            └┬───────────────────────┬
             0                       1
          """)
  }

  /// Lines that end at the same dot have their marks beside each other; bars have patterns.
  @Test func seriesAreToldApartWithoutColours() throws {
    let together = try Self.picture([("a", [1, 2]), ("b", [0, 2])], rows: 8)
    #expect(together.split(separator: "\n")[1].hasSuffix("ox"))
    let bars = try Self.picture([("a", [1, 2]), ("b", [2, 1])], rows: 8, kind: .bars)
    #expect(bars.hasPrefix("   ⣿⣿ a   ⢕⢕ b\n"))
    #expect(bars.contains("⢕⢕⢕") || bars.contains("⡪⡪⡪"))
    let inked = try Self.picture(
      [("a", [1, 2]), ("b", [2, 1])], rows: 8, kind: .bars, ink: { text, _ in text })
    #expect(!inked.contains("⢕") && !inked.contains("⡪"))
  }

  @Test func whatIsLeftOutIsCounted() throws {
    let values: [Float] = [1, .infinity, -.infinity, 0, -1, .nan, 10]
    let linear = try Self.picture([("", values)], columns: 72, rows: 18)
    #expect(linear.hasSuffix("\nleft out: 2 infinite"))
    let logarithmic = try Self.picture(
      [("", values)], columns: 72, rows: 18, scales: [.logarithmicValues, .logarithmicPlaces])
    #expect(logarithmic.hasSuffix("\nleft out: 2 infinite, 3 not positive (log=xy)"))
    for text in [linear, logarithmic] { #expect(text.split(separator: "\n").count == 18) }
  }

  @Test func placesHaveNumbersWordsAndAName() throws {
    let numbers = try Self.picture(
      [("", [1, 2, 3])], rows: 8, at: .numbers(Tensor([0.25, 0.5, 0.75], shape: [3])), called: "r")
    #expect(numbers.hasSuffix("┬───────────┬───────────┬ r\n  0.25        0.5         0.75"))
    let words = try Self.picture(
      [("", [1, 2, 3])], columns: 40, rows: 8, kind: .bars, at: .words(["filter", "row", "kernel"]))
    #expect(
      words.split(separator: "\n").last?.split(separator: " ") == ["filter", "row", "kernel"])
  }

  /// The dot of a number is the nearest one to its share of the axis.
  @Test func dotsLieWhereTheFormulaSays() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let lower = Double.random(in: 0.001...10, using: &generator)
      let upper = lower * Double.random(in: 1.01...1000, using: &generator)
      let value = Double.random(in: lower...upper, using: &generator)
      let count = Int.random(in: 2...400, using: &generator)
      let linear = PlotAxis(from: lower, to: upper, isLogarithmic: false)
      let share = (value - lower) / (upper - lower)
      #expect(
        abs(Double(linear.dot(of: value, among: count)) - share * Double(count - 1)) <= 0.5001)
      let logarithmic = PlotAxis(from: lower, to: upper, isLogarithmic: true)
      let ratio = log10(value / lower) / log10(upper / lower)
      #expect(
        abs(Double(logarithmic.dot(of: value, among: count)) - ratio * Double(count - 1)) <= 0.5001)
    }
  }

  /// Many points in one column of dots leave what lines between all neighbours would.
  @Test func manyPointsAreDrawnAsTheirLinesWouldBe() throws {
    var state: UInt64 = 7
    let values = (0..<3000).map { index -> Float in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return index % 701 == 0 ? .nan : Float(state >> 40) / 0x1p24
    }
    let plot = try Plot([Plot.Series("", Tensor(values, shape: [values.count]))])
    let horizontal = PlotAxis(from: 0, to: 2999, isLogarithmic: false)
    let vertical = PlotAxis(from: 0, to: 1, isLogarithmic: false)
    var drawn = DotCanvas(columns: 40, rows: 10)
    var expected = drawn
    _ = try plot.drawLines(on: &drawn, horizontal, vertical)
    var last: (x: Int, y: Int)?
    for (place, value) in values.enumerated() {
      guard !value.isNaN else {
        last = nil
        continue
      }
      let next = (
        x: Int((Double(place) / 2999 * 79).rounded()), y: 39 - Int((Double(value) * 39).rounded())
      )
      expected.draw(from: last ?? next, to: next, 0)
      last = next
    }
    for row in 0..<10 {
      for column in 0..<40 {
        #expect(drawn[column, row].character == expected[column, row].character)
      }
    }
  }

  @Test func oddValuesAreDrawn() throws {
    let cases: [[Float]] = [
      [0], [5], [1e38, -1e38], [.leastNonzeroMagnitude, .leastNormalMagnitude], [1, 1.0000001],
      [16_777_216, 16_777_218],
      [.nan, 1, .nan], [0, 0, 0], [3.4e38, 3.3e38], Array(repeating: 2, count: 500),
    ]
    for values in cases {
      for kind in [Plot.Kind.lines, .bars] {
        for scales in [[], .logarithmicValues, [.logarithmicValues, .logarithmicPlaces]]
          as [Plot.Scales]
        {
          let text = try Self.picture(
            [("values", values)], columns: 72, rows: 18, kind: kind, scales: scales, title: "t")
          #expect(text.split(separator: "\n").allSatisfy { $0.count <= 72 }, "\(values)")
        }
      }
    }
  }

  @Test(arguments: [1, 2, 20, 500, 5000]) func manyBarsOfManySeriesAreDrawn(count: Int) throws {
    let rows = (0..<8).map { ("\($0)", (0..<count).map { Float($0 % 7) }) }
    for columns in [30, 72, 200] {
      let text = try Self.picture(rows, columns: columns, rows: 18, kind: .bars)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns })
    }
  }

  @Test func longNamesAreCutAndManyTakeLines() throws {
    let names = (0..<8).map { "a rather long name of a series, number \($0)" }
    let lines = try Self.picture(
      names.map { ($0, [1, 2]) }, columns: 72, rows: 18, title: names[0]
    )
    .split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 72 })
    for name in names { #expect(lines.contains { $0.contains(name) }) }
    let long = try Self.picture(
      [(String(repeating: "n", count: 99), [1, 2])], columns: 72, rows: 18,
      title: String(repeating: "t", count: 99))
    #expect(long.contains("nn…\n") && long.contains("tt…\n"))
    #expect(long.split(separator: "\n").allSatisfy { $0.count <= 72 })
  }

  @Test func itsKindIsInWords() throws {
    let plot = try Plot([Plot.Series("", Tensor([1], shape: [1]))])
    let report = Report([.plot(plot)])
    #expect(report.kind == "a plot")
    #expect(try report.lines().map(\.text).joined(separator: "\n") == report.text())
  }
}
