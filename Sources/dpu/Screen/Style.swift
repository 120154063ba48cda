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

  /// Decides for one descriptor: only at a terminal that has colours, unless the command line, or
  /// NO_COLOR, CLICOLOR_FORCE and CLICOLOR, in this order, say something else.
  init(_ choice: Choice, descriptor: Int32) {
    switch choice {
    case .always: isOn = true
    case .never: isOn = false
    case .auto:
      if Self.variable("NO_COLOR") != nil {
        isOn = false
      } else if let forced = Self.variable("CLICOLOR_FORCE"), forced != "0" {
        isOn = true
      } else {
        isOn = isatty(descriptor) == 1 && Self.variable("CLICOLOR") != "0" && Self.hasColours
      }
    }
  }

  /// Whether the terminal has the eight basic colours: what terminfo says, or where it does not know
  /// the terminal, its name.
  private static let hasColours: Bool = {
    guard let name = variable("TERM"), name != "dumb" else { return false }
    if let count = dpu_terminal_colours(name).nonNegative { return count >= 8 }
    return name.contains("color") || name.hasSuffix("-direct")
      || ["xterm", "screen", "tmux", "rxvt", "linux", "alacritty", "foot"].contains {
        name == $0 || name.hasPrefix($0 + "-")
      }
  }()

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

extension Int32 {
  /// The number, unless it is negative: C's way to say that there is none.
  fileprivate var nonNegative: Int32? { self >= 0 ? self : nil }
}
