import CReadline

/// ASCII in place of other characters, for a terminal whose locale is not UTF-8.
enum PlainCharacters {
  /// Whether the locale says that the terminal shows UTF-8: the first of the three variables that
  /// is set decides, as for every program.
  static let isUTF8: Bool = {
    for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
      guard let value = getenv(name).map({ String(cString: $0).uppercased() }), !value.isEmpty
      else { continue }
      return value.contains("UTF-8") || value.contains("UTF8")
    }
    return false
  }()

  private static let replacements: [Character: String] = [
    "…": "...", "×": "x", "−": "-", "–": "-", "—": "--", "·": "*", "∘": "*", "⋆": "*", "∗": "*",
    "±": "+-", "→": "->", "←": "<-", "’": "'", "‘": "'", "“": "\"", "”": "\"", "µ": "u", "∞": "inf",
    "Σ": "sum", "√": "sqrt ", "π": "pi", "ε": "eps", "½": "1/2", "⌊": "floor(", "⌋": ")",
    "²": "^2", "³": "^3", "ᵀ": "^T", "ˣ": "^x", "⁰": "0", "¹": "1", "⁻": "^-", "≤": "<=", "≥": ">=",
    "│": "|", "─": "-", "├": "|", "└": "`", "┌": ".", "┐": ".", "┘": "'", "┤": "|", "┬": "-",
    "┴": "-", "┼": "+",
  ]

  /// The text in ASCII; what has no counterpart becomes a question mark.
  static func ascii(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    return text.reduce(into: "") { result, character in
      result += character.isASCII ? String(character) : replacements[character] ?? "?"
    }
  }
}
