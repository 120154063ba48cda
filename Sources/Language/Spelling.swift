/// Finds the words that a mistyped one may have meant.
public enum Spelling {
  /// The question whether one of a few words was meant; nil where there is none.
  package static func suggestion(_ words: [String]) -> String? {
    guard let last = words.last else { return nil }
    let quoted = words.map { "'\($0)'" }
    return words.count == 1
      ? "did you mean '\(last)'?"
      : "did you mean \(quoted.dropLast().joined(separator: ", ")) or '\(last)'?"
  }

  /// The candidates nearest to a word, best first; none where nothing is near.
  public static func nearest(
    to word: String, among candidates: some Sequence<String>
  ) -> [String] {
    // A long word is no slip of the finger, and the distance costs the product of the lengths.
    guard word.utf8.count <= 40 else { return [] }
    let letters = Array(word.lowercased().utf8)
    let limit = letters.count <= 2 ? 1 : letters.count <= 7 ? 2 : 3
    return
      candidates
      .map { (word: $0, distance: distance(letters, Array($0.lowercased().utf8))) }
      // Half of a word is not mistyped.
      .filter { $0.distance <= limit && ($0.distance * 2 < letters.count || $0.distance == 0) }
      .sorted { ($0.distance, $0.word) < ($1.distance, $1.word) }
      .prefix(3).map(\.word)
  }

  /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
  package static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          best = min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
