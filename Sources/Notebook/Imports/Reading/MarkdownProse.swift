import Language

/// The text cells of notebooks, as prose.
enum MarkdownProse {
  /// Columns of a line of prose without its `#`.
  private static let width = 97

  /// Lines of prose with their `#`: headings without marks, fences set off, long lines filled.
  static func prose(_ lines: [String]) -> [String] {
    var result: [String] = []
    var isFenced = false
    for line in lines {
      let content = line.drop { $0 == " " }
      if content.hasPrefix("```") || content.hasPrefix("~~~") {
        isFenced.toggle()
      } else if isFenced {
        result.append(comment("    " + line))
      } else {
        result += filled(heading(line) ?? unescaped(line))
      }
    }
    return result
  }

  /// A line of prose.
  static func comment(_ text: String) -> String {
    let text = text.visible.trimmingTrailingBlanks
    return text.isEmpty ? "#" : "# \(text)"
  }

  /// A text that may be longer than a line.
  static func filled(_ text: String) -> [String] {
    let text = text.visible
    guard text.count > width else { return [comment(text)] }
    let indentation = text.prefix { $0 == " " }.count
    let words = text.split(separator: " ")
    let hanging = indentation + (["-", "*"].contains(words.first) ? 2 : 0)
    return FilledLines.lines(
      words, width: width, indentation: min(indentation, 40), hanging: min(hanging, 40)
    ).map(comment)
  }

  private static func heading(_ line: String) -> String? {
    let marks = line.prefix { $0 == "#" }.count
    guard (1...6).contains(marks), line.dropFirst(marks).hasPrefix(" ") else { return nil }
    return unescaped(line.dropFirst(marks).trimmingBlanks)
  }

  /// The text without the backslashes before marks, and without the names of marks.
  private static func unescaped(_ line: String) -> String {
    var result = ""
    var characters = line[...]
    while let character = characters.popFirst() {
      if character == "\\", let next = characters.first, next.isASCII,
        next.isPunctuation || next.isSymbol
      {
        result.append(next)
        characters = characters.dropFirst()
      } else {
        result.append(character)
      }
    }
    for (name, mark) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")] where result.contains("&") {
      result = result.replacing(name, with: mark)
    }
    return result
  }
}
