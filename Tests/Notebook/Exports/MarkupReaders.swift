/// The tags of a page, each closed in its order.
struct HTMLTags {
  private(set) var problem: String?
  /// The text between them, entities resolved.
  private(set) var text = ""

  init(_ page: String) {
    var open: [Substring] = []
    var rest = page[...]
    while let start = rest.firstIndex(of: "<") {
      text += rest[..<start]
      guard let end = rest[start...].firstIndex(of: ">") else {
        problem = "a tag without an end"
        return
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
      if tag.hasPrefix("/") {
        guard open.popLast() == name else {
          problem = problem ?? "</\(name)>"
          return
        }
      } else if !["meta", "br", "input"].contains(name), !tag.hasPrefix("!"), !tag.hasSuffix("/") {
        open.append(name)
        if name == "script" || name == "style" {
          guard let close = rest.firstRange(of: "</\(name)>") else {
            problem = "\(name) without an end"
            return
          }
          rest = rest[close.lowerBound...]
        }
      }
    }
    if !open.isEmpty { problem = "<\(open[0])> stays open" }
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ] {
      text = text.replacing(entity, with: character)
    }
  }
}

/// The lines of a Markdown document outside its fences.
struct MarkdownLines {
  private(set) var problem: String?
  private(set) var outside: [Substring] = []

  init(_ document: String) {
    var fence: Substring?
    for line in document.split(separator: "\n", omittingEmptySubsequences: false) {
      let ticks = line.prefix { $0 == "`" }
      if let open = fence {
        if ticks.count >= open.count, ticks.count == line.count { fence = nil }
      } else if ticks.count >= 3 {
        fence = ticks
      } else {
        outside.append(line)
      }
    }
    if fence != nil { problem = "a fence stays open" }
  }
}
