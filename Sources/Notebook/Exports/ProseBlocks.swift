import Reports

// Prose as parts of documents.
extension Prose {
  /// Prose as HTML: headings, paragraphs and lists with the marks of `MarkedText`, and lines to type
  /// in `pre`.
  ///
  /// - Parameters:
  ///   - lines: lines with their `#`; an empty one ends a paragraph.
  ///   - hasTitle: whether a heading that comes first is the page's title.
  /// - Returns: its elements, one below the other.
  public static func html(_ lines: [String], hasTitle: Bool = false) -> String {
    blocks(of: lines, hasTitle: hasTitle).map(\.html).joined(separator: "\n")
  }

  /// Prose as Markdown, in which nothing is markup but its headings, its lists and the marks of
  /// `MarkedText`.
  ///
  /// - Parameters:
  ///   - lines: lines with their `#`; an empty one ends a paragraph.
  ///   - hasTitle: whether a heading that comes first is the document's title.
  /// - Returns: its blocks, with a blank line between them.
  public static func markdown(_ lines: [String], hasTitle: Bool = false) -> String {
    blocks(of: lines, hasTitle: hasTitle).map(\.markdown).joined(separator: "\n\n")
  }

  /// What a page sets as one.
  fileprivate enum Block {
    case heading(level: Int, String)
    /// Lines that begin where their author began them.
    case paragraph([String])
    case list(isNumbered: Bool, first: String, items: [String])
    /// Lines to type.
    case setOff([String])
  }

  private static func blocks(of lines: [String], hasTitle: Bool) -> [Block] {
    var blocks: [Block] = []
    var rest = lines[...]
    while let (before, code, after) = firstFence(in: rest) {
      append(before, to: &blocks, hasTitle)
      blocks.append(.setOff(code))
      rest = after
    }
    append(rest, to: &blocks, hasTitle)
    return blocks
  }

  /// What lies before the first fence that is closed, within it, and after it.
  private static func firstFence(
    in lines: ArraySlice<String>
  ) -> (before: ArraySlice<String>, code: [String], after: ArraySlice<String>)? {
    var start: Int?
    for index in lines.indices where lines[index].contains("```") {
      let text = text(of: lines[index])
      if let start, text == "```" {
        let code = lines[(start + 1)..<index].map { Self.text(of: $0) }
        return (lines[..<start], code, lines[(index + 1)...])
      }
      if start == nil, text.hasPrefix("```"), !text.dropFirst(3).contains("`") { start = index }
    }
    return nil
  }

  private static func append(
    _ lines: ArraySlice<String>, to blocks: inout [Block], _ hasTitle: Bool
  ) {
    var isOpen = false
    for paragraph in paragraphs(of: Array(lines)) {
      let text = paragraph.text
      guard !text.isEmpty else {
        isOpen = false
        continue
      }
      if paragraph.isHeading {
        let level = hasTitle && blocks.isEmpty ? 1 : max(2, paragraph.headingMarks)
        blocks.append(.heading(level: level, text))
        isOpen = false
        continue
      }
      var block = paragraph.block
      if isOpen, let joined = blocks.last?.joined(to: block) {
        blocks.removeLast()
        block = joined
      }
      blocks.append(block)
      isOpen = true
    }
  }
}

extension Prose.Paragraph {
  /// Its words in a line, without the marks of a heading.
  var text: String { words.dropFirst(headingMarks > 0 ? 1 : 0).joined(separator: " ") }

  fileprivate var block: Prose.Block {
    if isSetOff { return .setOff([text]) }
    guard let mark else { return .paragraph([text]) }
    let isNumbered = mark.hasSuffix(".")
    return .list(
      isNumbered: isNumbered, first: mark,
      items: [words.dropFirst().joined(separator: " ")])
  }
}

extension Prose.Block {
  /// The two as one, where the second goes on with the first.
  fileprivate func joined(to next: Self) -> Self? {
    switch (self, next) {
    case (.paragraph(let lines), .paragraph(let more)): .paragraph(lines + more)
    case (.setOff(let lines), .setOff(let more)): .setOff(lines + more)
    case (.list(true, let first, let items), .list(true, _, let more)):
      .list(isNumbered: true, first: first, items: items + more)
    case (.list(false, let first, let items), .list(false, _, let more)):
      .list(isNumbered: false, first: first, items: items + more)
    default: nil
    }
  }

  fileprivate var html: String {
    switch self {
    case .heading(let level, let text): return "<h\(level)>\(MarkedText(text).html)</h\(level)>"
    case .paragraph(let lines):
      return "<p>\(MarkedText(lines.joined(separator: "\n")).html)</p>"
    case .setOff(let lines):
      return "<pre>\(Markup.escaped(lines.joined(separator: "\n")))</pre>"
    case .list(let isNumbered, let first, let items):
      let list = items.map { "<li>\(MarkedText($0).html)</li>" }.joined(separator: "\n")
      let start = Int(first.dropLast()).map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
      return isNumbered ? "<ol\(start)>\n\(list)\n</ol>" : "<ul>\n\(list)\n</ul>"
    }
  }

  fileprivate var markdown: String {
    switch self {
    case .heading(let level, let text):
      return String(repeating: "#", count: level) + " " + MarkedText(text).markdown
    case .paragraph(let lines):
      return MarkedText(lines.joined(separator: "\n")).markdown
    case .setOff(let lines):
      return Markdown.fenced(lines.joined(separator: "\n"), as: "text")
    case .list(let isNumbered, let first, let items):
      let start = isNumbered ? Int(first.dropLast()) ?? 1 : 0
      return items.enumerated().map { index, item in
        (isNumbered ? "\(start + index). " : "- ") + MarkedText(item).markdown
      }.joined(separator: "\n")
    }
  }
}

extension Question {
  /// The question and its answer, in a line.
  var text: String {
    "expect \(expectation.name.visible), \(expectation.kind.words): \(answer?.visible ?? "")"
  }

  /// The same as a quotation.
  var markdown: String { "> " + Markdown.escaped(text) }
}
