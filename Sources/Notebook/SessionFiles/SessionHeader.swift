import Language

// The first line of a session file: which it is, and what only looks like it.
extension SessionFile {
  /// The first line of a session file.
  public static let header = "# dpu session 1"

  /// Whether a first line makes what follows a session file.
  public static func beginsSession(_ line: String) -> Bool { version(line) != nil }

  /// The most bytes of a header: a line may have megabytes, and is a cell then.
  private static let longestHeader = 400

  /// The version in a header line, nil where the line is none.
  static func version(_ line: String) -> String? {
    guard line.utf8.count <= longestHeader else { return nil }
    let words = line.split(separator: " ")
    guard words.count == 4, words[0] == "#", words[1] == "dpu", words[2] == "session",
      words[3].utf8.allSatisfy(\.isDigit)
    else { return nil }
    return String(words[3])
  }

  /// Whether a version is above the one that is read here.
  static func isNewer(_ version: String) -> Bool {
    let digits = version.drop { $0 == "0" }
    return digits.count > 1 || digits > "1"
  }

  /// Whether a line is a comment about a dpu session, however it is spelt.
  static func resemblesHeader(_ line: String) -> Bool {
    guard line.utf8.count <= longestHeader else { return false }
    let content = String(line.unicodeScalars.filter { $0 != "\u{feff}" }).trimmingBlanks
    let words = content.drop { $0 == "#" }.lowercased().split(separator: " ").prefix(2)
    guard content.hasPrefix("#"), words.first == "dpu", let second = words.last else {
      return false
    }
    return Spelling.distance(Array(second.utf8), Array("session".utf8)) <= 2
  }
}
