import Foundation
import TestSupport
import Testing

/// Colours can be told from a white and from a black background.
@Suite struct ColourTests {
  let home: TemporaryFolder

  init() throws { home = try TemporaryFolder() }

  /// The relative luminance of one of xterm's fixed colours, as WCAG 2 defines it.
  private static func luminance(_ index: Int) -> Double {
    let levels = [0, 95, 135, 175, 215, 255]
    let parts =
      index >= 232
      ? [Int](repeating: 8 + 10 * (index - 232), count: 3)
      : [levels[(index - 16) / 36], levels[(index - 16) / 6 % 6], levels[(index - 16) % 6]]
    let linear = parts.map { part in
      let share = Double(part) / 255
      return share <= 0.03928 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }

  /// The lesser of the contrasts to white and to black.
  private static func contrast(_ index: Int) -> Double {
    min(1.05 / (luminance(index) + 0.05), (luminance(index) + 0.05) / 0.05)
  }

  private func raw(_ cells: [String], terminal kind: String) throws -> String {
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path, "TERM": kind])
    try terminal.expect("In [1]: ")
    for cell in cells {
      terminal.enter(cell)
      try terminal.expect("\n")
      try terminal.expect("In [")
    }
    return String(decoding: terminal.output, as: UTF8.self)
  }

  @Test func theFormulaIsThatOfTheStandard() {
    #expect(abs(Self.contrast(231) - 1) < 1e-9 && abs(Self.contrast(16) - 1) < 1e-9)
    #expect(abs(Self.luminance(196) - 0.2126) < 1e-4)
  }

  @Test func everyCellOfAHeatMapIsSeenOnWhiteAndOnBlack() throws {
    let text = try raw(
      [
        "tensor [[-4, -3, -2, -1, 0, 1, 2, 3, 4]] as t",
        "view t",
      ], terminal: "xterm-256color")
    let shades = text.matches(of: /48;5;([0-9]+)m/).compactMap { Int($0.1) }
    #expect(Set(shades).count == 9 && shades.count == 18)
    #expect(Array(shades.prefix(9)) == Array(shades.suffix(9)), "the legend has them in order")
    for shade in shades { #expect(Self.contrast(shade) >= 2, "\(shade)") }
  }

  @Test func everyLineOfAPlotIsSeenOnWhiteAndOnBlack() throws {
    let text = try raw(["plot rand(5, 8)"], terminal: "xterm-256color")
    let colours = Set(text.matches(of: /38;5;([0-9]+)m[⠁-⣿]/).compactMap { Int($0.1) })
    #expect(colours.count == 8)
    for colour in colours { #expect(Self.contrast(colour) >= 3.5, "\(colour)") }
  }

  @Test func wordsAreReadableOnWhiteAndOnBlack() throws {
    let text = try raw(
      ["# Prose.", "conv 1 2 3", "mask 0.5", "forward", "weight", "nonsense"],
      terminal: "screen-256color")
    let colours = text.matches(of: /38;5;([0-9]+)m/).compactMap { Int($0.1) }
    #expect(Set(colours).count >= 4)
    for colour in colours { #expect(Self.contrast(colour) >= 3.5, "\(colour)") }
    #expect(!text.contains("\u{1b}[36m"))
  }

  @Test func nothingThatIsReadIsCyanGreenOrYellow() throws {
    let text = try raw(["conv 1 2 3", "forward"], terminal: "xterm")
    #expect(text.contains("\u{1b}[35mnote: "))
    for match in text.matches(of: /\u{1b}\[3[236]m([^\u{1b}]*)/) {
      #expect(match.1.contains("In [") || match.1.contains("...:"), "\(match.1)")
    }
  }
}
