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
    paragraphs(of: lines).flatMap { $0.wrapped(width) }
  }

  /// What flows together: paragraphs, headings, items of lists; one without words for each blank line.
  ///
  /// - Parameter lines: lines with their `#`; an empty one ends a paragraph.
  /// - Returns: the paragraphs in order.
  public static func paragraphs(of lines: [String]) -> [Paragraph] {
    let texts = lines.map { text(of: $0) }
    // A line is full where the next one's first word had no room in it.
    let full = max(60, texts.map(\.count).max() ?? 0)
    var result: [Paragraph] = []
    var isOpen = false
    var lastCount = 0
    for text in texts {
      if isOpen, !text.isEmpty, lastCount + 1 + text.firstWordCount > full,
        result[result.count - 1].continues(with: text)
      {
        result[result.count - 1].words += text.words
      } else {
        result.append(Paragraph(text))
        isOpen = true
      }
      lastCount = text.count
    }
    return result
  }

  /// A prose line without its `#`, the blank behind it, and its control characters.
  public static func text(of line: String) -> String {
    let content = line.hasPrefix("#") ? line.dropFirst() : line[...]
    let text = content.hasPrefix(" ") ? content.dropFirst() : content
    return String(text).visible.trimmingTrailingBlanks
  }
}

extension Prose {
  /// Words that flow, after a first indentation and a hanging one.
  public struct Paragraph {
    /// Blanks before its first line.
    public let indentation: Int
    /// `-`, `*` or `1.`, where it is an item of a list.
    public let mark: String?
    /// How many `#` it begins with, where it is a heading as Markdown writes it; 0 otherwise.
    public let headingMarks: Int
    /// Its words, a list's or a heading's marks included; none for a blank line.
    public fileprivate(set) var words: [Substring]

    fileprivate init(_ text: String) {
      indentation = text.indentation
      mark = text.listMark.map(String.init)
      headingMarks = text.headingMarks
      words = text.words
    }

    /// Whether it is a line in capitals, as lessons write their headings, or one as Markdown has them.
    public var isHeading: Bool {
      if headingMarks > 0 { return true }
      let letters = words.lazy.joined().filter(\.isLetter)
      return indentation == 0 && letters.count > 1 && letters.allSatisfy(\.isUppercase)
    }

    /// Whether it is set off, as lines to type are.
    public var isSetOff: Bool { indentation >= 4 }

    private var hanging: Int { indentation + (mark.map { $0.count + 1 } ?? 0) }

    fileprivate func continues(with text: String) -> Bool {
      headingMarks == 0 && text.headingMarks == 0 && text.listMark == nil
        && (text.indentation == indentation || text.indentation == hanging)
    }

    fileprivate func wrapped(_ width: Int) -> [String] {
      FilledLines.lines(words, width: width, indentation: indentation, hanging: hanging)
    }
  }
}

extension String {
  fileprivate var words: [Substring] { split(separator: " ") }
  fileprivate var firstWordCount: Int { words.first?.count ?? 0 }
  fileprivate var indentation: Int { prefix { $0 == " " }.count }

  /// How many `#` it begins with, up to six with a blank and more after them.
  fileprivate var headingMarks: Int {
    guard utf8.first == UInt8(ascii: "#"), words.count > 1 else { return 0 }
    let marks = words[0]
    return marks.utf8.count <= 6 && marks.allSatisfy { $0 == "#" } ? marks.utf8.count : 0
  }

  /// `-`, `*` or `1.` at its beginning.
  fileprivate var listMark: Substring? {
    guard let word = words.first, words.count > 1 else { return nil }
    let digits = word.utf8.dropLast()
    let isNumber =
      word.hasSuffix(".") && (1...9).contains(digits.count) && digits.allSatisfy(\.isDigit)
    return word == "-" || word == "*" || isNumber ? word : nil
  }
}
