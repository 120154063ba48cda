import Reports

// Prose as parts of documents.
extension Prose {
  /// Prose as HTML: headings, paragraphs, lists, and lines to type in `pre`.
  ///
  /// - Parameters:
  ///   - lines: lines with their `#`; an empty one ends a paragraph.
  ///   - hasTitle: whether a heading that comes first is the page's title.
  /// - Returns: its elements, one below the other.
  public static func html(_ lines: [String], hasTitle: Bool = false) -> String {
    blocks(of: lines, hasTitle: hasTitle).map(\.html).joined(separator: "\n")
  }

  /// Prose as Markdown, in which nothing but its headings and lists is markup.
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
    var isOpen = false
    for paragraph in paragraphs(of: lines) {
      let text = paragraph.text
      guard !text.isEmpty else {
        isOpen = false
        continue
      }
      if paragraph.isHeading {
        blocks.append(.heading(level: hasTitle && blocks.isEmpty ? 1 : 2, text))
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
    return blocks
  }
}

extension Prose.Paragraph {
  /// Its words in a line.
  var text: String { words.joined(separator: " ") }

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
    case .heading(let level, let text): return "<h\(level)>\(Markup.escaped(text))</h\(level)>"
    case .paragraph(let lines):
      return "<p>\(lines.map { Markup.escaped($0) }.joined(separator: "<br>\n"))</p>"
    case .setOff(let lines):
      return "<pre>\(Markup.escaped(lines.joined(separator: "\n")))</pre>"
    case .list(let isNumbered, let first, let items):
      let list = items.map { "<li>\(Markup.escaped($0))</li>" }.joined(separator: "\n")
      let start = Int(first.dropLast()).map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
      return isNumbered ? "<ol\(start)>\n\(list)\n</ol>" : "<ul>\n\(list)\n</ul>"
    }
  }

  fileprivate var markdown: String {
    switch self {
    case .heading(let level, let text):
      return String(repeating: "#", count: level) + " " + Markdown.escaped(text)
    case .paragraph(let lines):
      return lines.map { Markdown.escapedLine($0) }.joined(separator: "  \n")
    case .setOff(let lines):
      return Markdown.fenced(lines.joined(separator: "\n"), as: "text")
    case .list(let isNumbered, let first, let items):
      let start = isNumbered ? Int(first.dropLast()) ?? 1 : 0
      return items.enumerated().map { index, item in
        (isNumbered ? "\(start + index). " : "- ") + Markdown.escapedLine(item)
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
