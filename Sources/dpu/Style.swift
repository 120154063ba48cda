import CReadline
import Notebook

/// Colours for what dpu says around the values; never inside what a file receives.
///
/// Never the dim attribute: a gradient that is zero is the point, not a side issue.
struct Style: Sendable {
  /// What is coloured.
  enum Part: CaseIterable {
    case input, output, note, error, masked, prose
  }

  /// When to colour.
  enum Choice: String, CaseIterable {
    case auto, always, never
  }

  /// Whether escape sequences are written at all.
  let isOn: Bool

  /// Decides for one descriptor: not in a pipe, not with NO_COLOR, not on a dumb terminal.
  init(_ choice: Choice, descriptor: Int32) {
    switch choice {
    case .always: isOn = true
    case .never: isOn = false
    case .auto:
      isOn =
        isatty(descriptor) == 1 && Self.variable("NO_COLOR") == nil
        && Self.variable("TERM") != nil && Self.variable("TERM") != "dumb"
    }
  }

  /// The colours that the terminal says it has.
  var palette: Palette {
    Self.variable("TERM")?.contains("256color") == true
      || ["truecolor", "24bit"].contains(Self.variable("COLORTERM")) ? .indexed : .basic
  }

  /// The text in a part's colour.
  func paint(_ text: String, _ part: Part) -> String {
    guard isOn, !text.isEmpty else { return text }
    // Each line by itself, so that a pager or a cut line never leaves the colour on.
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "\u{1b}[\(palette.code(of: part))m\($0)\u{1b}[0m" }
      .joined(separator: "\n")
  }

  /// A prompt in a part's colour, with the marks by which readline knows what takes no room.
  func paintPrompt(_ text: String, _ part: Part) -> String {
    guard isOn else { return text }
    return "\u{1}\u{1b}[\(palette.code(of: part))m\u{2}\(text)\u{1}\u{1b}[0m\u{2}"
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { return nil }
    return value
  }
}
