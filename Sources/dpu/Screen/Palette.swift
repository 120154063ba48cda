import Reports

/// Colours that can be told from a white and from a black background.
enum Palette: CaseIterable {
  /// The 16 colours of every colour terminal, whatever it makes of them.
  case basic
  /// The fixed ones of the 256 colours that xterm has.
  case indexed

  /// The parameters of the escape sequence for a text's colour.
  ///
  /// Each of the indexed ones has a contrast of at least 3.5 (WCAG 2) to white and to black. Of the
  /// basic ones green, yellow and cyan are weak on white, so that they say nothing that is read.
  func code(of part: Style.Part) -> String {
    switch (self, part) {
    case (.indexed, .input): "38;5;28"
    case (.indexed, .output): "38;5;160"
    case (.indexed, .note): "38;5;30"
    case (.indexed, .error): "1;38;5;160"
    case (.indexed, .masked): "38;5;163"
    case (.indexed, .prose): "38;5;62"
    case (.basic, .input): "32"
    case (.basic, .output): "31"
    case (.basic, .note): "35"
    case (.basic, .error): "1;31"
    case (.basic, .masked): "35"
    case (.basic, .prose): "34"
    }
  }

  /// The backgrounds of a heat map, from next to nothing to the largest magnitude; each has a
  /// contrast of at least 2 to white and to black.
  private var shades: (negative: [Int], zero: Int, positive: [Int]) {
    switch self {
    case .basic: ([104, 44], 100, [101, 41])
    case .indexed: ([110, 68, 26, 21], 244, [174, 167, 160, 124])
    }
  }

  /// The colours of a plot's series, in order. The first three differ for the colour-blind, too; marks
  /// tell all apart.
  private var series: [String] {
    switch self {
    case .basic: ["34", "31", "35", "39", "94", "91", "95", "90"]
    case .indexed: [27, 166, 28, 163, 30, 94, 129, 243].map { "38;5;\($0)" }
    }
  }

  /// What draws a plot's series.
  var ink: @Sendable (_ text: String, _ series: Int) -> String {
    let series = series
    return { "\u{1b}[\(series[$1 % series.count])m\($0)\u{1b}[0m" }
  }

  /// What draws a heat map: blue below zero, grey at zero, red above.
  var swatches: HeatMap.Swatches {
    let (shades, isIndexed) = (shades, self == .indexed)
    return HeatMap.Swatches(levels: shades.positive.count) { text, level in
      let colour =
        level == 0
        ? shades.zero : (level < 0 ? shades.negative : shades.positive)[abs(level) - 1]
      return "\u{1b}[\(isIndexed ? "48;5;" : "")\(colour)m\(text)\u{1b}[0m"
    }
  }
}
