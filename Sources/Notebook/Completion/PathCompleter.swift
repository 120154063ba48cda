/// Finds files, and writes their names as the language wants them.
enum PathCompleter {
  /// What ends a word of the language or means something in it.
  private static let special = Set(" \t;#\"=()[]{}")

  /// The files and folders whose paths begin with what was typed.
  ///
  /// A name that is not a word of the language is offered in quotation marks.
  ///
  /// - Parameters:
  ///   - typed: the path so far.
  ///   - isQuoted: whether a quotation mark stands before it.
  /// - Returns: them, sorted by name.
  static func candidates(_ typed: String, isQuoted: Bool) -> [Completion.Candidate] {
    let slash = typed.lastIndex(of: "/").map { typed.index(after: $0) } ?? typed.startIndex
    let (folder, beginning) = (String(typed[..<slash]), typed[slash...])
    // In a string `~` is a character like any other.
    let real = isQuoted ? folder : TextFile.expanded(folder)
    let names = entries(of: real.isEmpty ? "." : real).filter {
      $0.hasPrefix(beginning) && (beginning.hasPrefix(".") || !$0.hasPrefix("."))
    }.sorted()
    let needsQuotes =
      isQuoted || names.contains { $0.contains(where: special.contains) }
      || folder.contains(where: special.contains)
    return names.map { name in
      let isFolder = TextFile.isFolder(real + name)
      let path = (needsQuotes ? real : folder) + name + (isFolder ? "/" : "")
      let text = needsQuotes ? "\"" + escaped(path) + (isFolder ? "" : "\"") : path
      return Completion.Candidate(
        text, suffix: isFolder ? "" : " ", label: name + (isFolder ? "/" : ""))
    }
  }

  /// The content of a string without its escapes.
  static func unescaped(_ text: String) -> String {
    var result = ""
    var isEscaped = false
    for character in text {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        result.append(character)
        isEscaped = false
      }
    }
    return result
  }

  private static func escaped(_ path: String) -> String {
    path.reduce(into: "") { text, character in
      if character == "\"" || character == "\\" { text.append("\\") }
      text.append(character)
    }
  }

  /// The names in a folder that can be typed.
  private static func entries(of folder: String) -> [String] {
    TextFile.names(in: folder).filter {
      $0 != "." && $0 != ".." && $0.visible == $0 && !$0.contains("\u{fffd}")
    }
  }
}
