/// Where two texts of several lines differ, line by line: for failures that a person can read.
///
/// Compare it with nil: `#expect(TextDifference(found, expected) == nil)`.
public struct TextDifference: CustomStringConvertible, Equatable {
  private static let context = 2
  private static let limit = 60

  /// The lines: `-` expected and missing, `+` found instead, two lines around a change.
  public let description: String

  /// The difference, nil where there is none.
  public init?(_ found: String, _ expected: String) {
    guard found != expected else { return nil }
    let (old, new) = (Self.lines(expected), Self.lines(found))
    let difference = new.difference(from: old)
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var marked: [(isChange: Bool, line: String)] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if removed.contains(i) {
        marked.append((true, "- \(old[i])"))
        i += 1
      } else if inserted.contains(j) {
        marked.append((true, "+ \(new[j])"))
        j += 1
      } else {
        marked.append((false, "  \(old[i])"))
        i += 1
        j += 1
      }
    }
    let shown = marked.indices.filter { index in
      marked[max(0, index - Self.context)...min(marked.count - 1, index + Self.context)]
        .contains(where: \.isChange)
    }
    var lines: [String] = []
    var last = -1
    for index in shown.prefix(Self.limit) {
      if index > last + 1 { lines.append("  … (line \(index + 1))") }
      lines.append(marked[index].line)
      last = index
    }
    if shown.count > Self.limit { lines.append("  …") }
    description = "\n" + lines.joined(separator: "\n")
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
