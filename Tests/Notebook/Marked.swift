/// A cell in which « and » mark the place where an error is expected.
struct Marked {
  /// The cell without the marks.
  let source: String
  /// The place, in UTF-8 offsets.
  let range: Range<Int>?

  init(_ text: String) {
    let parts = text.split(separator: "«", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      (source, range) = (text, nil)
      return
    }
    let rest = parts[1].split(separator: "»", maxSplits: 1, omittingEmptySubsequences: false)
    source = String(parts[0]) + String(rest[0]) + (rest.count > 1 ? String(rest[1]) : "")
    let start = parts[0].utf8.count
    range = start..<start + rest[0].utf8.count
  }
}
