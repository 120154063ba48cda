import Foundation
import TestSupport
import Testing

/// Plots at terminals of different sizes, with and without colours.
@Suite struct PlotTerminalTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  private static let cell = "plot (arange(50) / 50) (1 - arange(50) / 50) title=\"two lines\""

  private func shown(
    rows: UInt16, columns: UInt16, environment: [String: String] = ["NO_COLOR": "1"]
  ) throws -> (lines: [Substring], raw: String) {
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path].merging(environment) { $1 },
      directory: home.path, rows: rows, columns: columns)
    try terminal.expect("In [1]: ")
    terminal.enter(Self.cell)
    let text = try terminal.expect("In [2]: ")
    let lines = text.split(separator: "\n").map { $0.drop { $0 == "\r" } }
    return (
      Array(lines.drop { !$0.hasPrefix("Out[1]:") }.dropFirst()),
      String(decoding: terminal.output, as: UTF8.self)
    )
  }

  @Test(
    arguments: [(24, 80, 19), (40, 120, 29), (60, 100, 24), (14, 132, 10)]
      as [(UInt16, UInt16, Int)])
  func aPlotFillsTheWidthAndFits(rows: UInt16, columns: UInt16, height: Int) throws {
    let (lines, _) = try shown(rows: rows, columns: columns)
    let picture = lines.map { $0.filter { $0 != "\r" } }.filter { !$0.isEmpty }
    #expect(picture.count == height)
    #expect(picture.first?.hasSuffix("two lines") == true)
    // The last column stays free, and here the second mark, for which there is room beside the first.
    #expect(picture.map(\.count).max() == Int(columns) - 2)
    #expect(!picture.contains { $0.contains("more lines") })
  }

  @Test func coloursTellSeriesApart() throws {
    let (_, raw) = try shown(rows: 24, columns: 80, environment: ["TERM": "xterm-256color"])
    let colours = Set(raw.matches(of: /38;5;([0-9]+)m[⠁-⣿ox]/).compactMap { Int($0.1) })
    #expect(colours == [27, 166])
    let (_, basic) = try shown(rows: 24, columns: 80, environment: ["TERM": "xterm"])
    #expect(basic.contains("\u{1b}[34mo\u{1b}[0m") && basic.contains("\u{1b}[31mx\u{1b}[0m"))
  }

  @Test func aTerminalWithoutBrailleGetsWhatItCanShow() throws {
    let (lines, _) = try shown(
      rows: 24, columns: 80, environment: ["LC_ALL": "C", "NO_COLOR": "1"])
    let text = lines.joined(separator: "\n")
    #expect(text.utf8.allSatisfy { $0 < 0x80 } && !text.contains("?"))
    #expect(text.contains("'") && text.contains("."))
  }
}
