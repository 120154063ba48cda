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
      result +=
        character.isASCII
        ? String(character) : replacements[character] ?? dots(of: character) ?? "?"
    }
  }

  /// Braille, with which plots are drawn, as what is nearest: whether there are dots in its upper and
  /// in its lower half.
  private static func dots(of character: Character) -> String? {
    guard let scalar = character.unicodeScalars.first, (0x2800..<0x2900).contains(scalar.value)
    else { return nil }
    switch (scalar.value & 0b0001_1011 != 0, scalar.value & 0b1110_0100 != 0) {
    case (false, false): return " "
    case (true, false): return "'"
    case (false, true): return "."
    case (true, true): return ":"
    }
  }
}
