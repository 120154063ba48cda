import Running
import Tensors

// Reports as parts of a Markdown document.
extension Report {
  /// The report as Markdown: tables as GitHub's dialect writes them, all else in fences.
  ///
  /// - Parameter options: how the numbers of a picture's legend print.
  /// - Returns: blocks with a blank line between them, without a line feed at the end.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func markdown(options: PrintOptions = PrintOptions()) throws -> String {
    var parts: [String] = []
    var texts: [String] = []
    func closeText() {
      let lines = texts.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
      texts = []
      guard let first = lines.firstIndex(where: { !$0.isEmpty }),
        let last = lines.lastIndex(where: { !$0.isEmpty })
      else { return }
      parts.append(Markdown.fenced(lines[first...last].joined(separator: "\n"), as: "text"))
    }
    for block in blocks {
      try Cancellation.check()
      if case .table(let table) = block {
        closeText()
        parts.append(try table.markdown)
      } else {
        texts.append(try Report([block]).text(options: options))
      }
    }
    closeText()
    return parts.joined(separator: "\n\n")
  }
}

/// Text within a Markdown document (CommonMark, with GitHub's tables).
public enum Markdown {
  /// A text in a fence that is longer than every run of backquotes in it, so that nothing ends it early.
  ///
  /// - Parameters:
  ///   - text: the lines.
  ///   - language: the word after the fence.
  /// - Returns: the fence with the text, without a line feed at the end.
  public static func fenced(_ text: String, as language: String) -> String {
    let fence = String(repeating: "`", count: max(3, longestRun(text) + 1))
    return "\(fence)\(language)\n\(text)\n\(fence)"
  }

  /// A text as code within a line, between as many backquotes as it needs.
  static func code(_ text: String) -> String {
    let fence = String(repeating: "`", count: longestRun(text) + 1)
    // A blank at both ends is taken off by whoever reads it.
    let needsBlanks =
      text.hasPrefix("`") || text.hasSuffix("`") || text.hasPrefix(" ") && text.hasSuffix(" ")
    let blank = needsBlanks && text.contains { $0 != " " } ? " " : ""
    return fence + blank + text + blank + fence
  }

  /// The length of the longest run of backquotes.
  private static func longestRun(_ text: String) -> Int {
    var (longest, run) = (0, 0)
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  /// A text on one line that reads as it stands: what would begin markup is escaped.
  public static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for character in text {
      switch character {
      case "<": result += "&lt;"
      case "&": result += "&amp;"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "$": result += "\\\(character)"
      default: result.append(character)
      }
    }
    return result
  }

  /// The same for a text that begins a line, where also a mark of a heading, a list, a quotation, a
  /// rule or a fence is escaped.
  public static func escapedLine(_ text: some StringProtocol) -> String {
    let escaped = escaped(text)
    guard let first = escaped.first else { return escaped }
    if "#>+-=:".contains(first) { return "\\" + escaped }
    // A number with a dot begins a list.
    let digits = escaped.prefix { $0.isASCII && $0.isNumber }
    let rest = escaped.dropFirst(digits.count)
    guard !digits.isEmpty, let next = rest.first, ".)".contains(next) else { return escaped }
    return "\(digits)\\\(rest)"
  }
}

extension Table {
  /// The rows as a table of GitHub's dialect, the first one its head.
  ///
  /// - Throws: `Cancelled`.
  var markdown: String {
    get throws {
      let columns = (0..<rowCount).map { self[$0].cells.count }.max() ?? 0
      var lines: [String] = []
      for row in 0..<rowCount {
        try Cancellation.check()
        var cells = self[row].cells.map { Markdown.escaped($0) }
        cells += Array(repeating: "", count: columns - cells.count)
        lines.append("| \(cells.joined(separator: " | ")) |")
        guard row == 0 else { continue }
        let rule = (0..<columns).map { leading.contains($0) ? ":--" : "--:" }
        lines.append("| \(rule.joined(separator: " | ")) |")
      }
      return lines.joined(separator: "\n")
    }
  }
}
