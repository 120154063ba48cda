import Language

/// The prose of a session file, for reading: without its `#`, and wrapped anew.
public enum Prose {
  /// Lines no wider than `width`.
  ///
  /// A line that its author broke because it was full flows on into the next one; headings, lists
  /// and empty lines stay as they are. Items of a list hang behind their mark.
  ///
  /// - Parameters:
  ///   - lines: lines with their `#`; an empty one ends a paragraph.
  ///   - width: the most characters of a line; a word that is longer has a line of its own.
  /// - Returns: the wrapped lines.
  public static func wrapped(_ lines: [String], width: Int) -> [String] {
    let texts = lines.map { text(of: $0) }
    // A line is full where the next one's first word had no room in it.
    let full = max(60, texts.map(\.count).max() ?? 0)
    var result: [String] = []
    var paragraph: Paragraph?
    var lastCount = 0
    for text in texts {
      if let open = paragraph, !text.isEmpty, lastCount + 1 + text.firstWordCount > full,
        open.continues(with: text)
      {
        paragraph?.words += text.words
      } else {
        result += paragraph?.wrapped(width) ?? []
        paragraph = Paragraph(text)
      }
      lastCount = text.count
    }
    return result + (paragraph?.wrapped(width) ?? [])
  }

  /// A prose line without its `#`, the blank behind it, and its control characters.
  public static func text(of line: String) -> String {
    let content = line.hasPrefix("#") ? line.dropFirst() : line[...]
    let text = content.hasPrefix(" ") ? content.dropFirst() : content
    return String(text).visible.trimmingTrailingBlanks
  }
}

/// Words that flow, behind a first indentation and a hanging one.
private struct Paragraph {
  let indentation: Int
  let hanging: Int
  var words: [Substring]

  init(_ text: String) {
    indentation = text.indentation
    hanging = indentation + (text.listMark.map { $0.count + 1 } ?? 0)
    words = text.words
  }

  func continues(with text: String) -> Bool {
    text.listMark == nil && (text.indentation == indentation || text.indentation == hanging)
  }

  func wrapped(_ width: Int) -> [String] {
    FilledLines.lines(words, width: width, indentation: indentation, hanging: hanging)
  }
}

extension String {
  fileprivate var words: [Substring] { split(separator: " ") }
  fileprivate var firstWordCount: Int { words.first?.count ?? 0 }
  fileprivate var indentation: Int { prefix { $0 == " " }.count }

  /// `-`, `*` or `1.` at its beginning.
  fileprivate var listMark: Substring? {
    guard let word = words.first, words.count > 1 else { return nil }
    let isMark = word == "-" || word == "*" || word.hasSuffix(".") && Int(word.dropLast()) != nil
    return isMark ? word : nil
  }
}
