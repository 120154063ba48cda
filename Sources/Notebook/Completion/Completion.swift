import Language

/// What Tab can offer at a place.
public struct Completion: Equatable, Sendable {
  /// One thing that could stand there.
  public struct Candidate: Equatable, Sendable {
    /// What takes the place of what was typed of it.
    public let text: String
    /// What belongs after it once it is whole: a blank, or nothing where a name may go on.
    public let suffix: String
    /// What it is called in a list.
    public let label: String

    init(_ text: String, suffix: String = " ", label: String? = nil) {
      self.text = text
      self.suffix = suffix
      self.label = label ?? text
    }
  }

  /// Where the text begins that a candidate replaces, in UTF-8 bytes of the whole text.
  public var start = 0
  /// What could stand there, in the order of a list.
  public var candidates: [Candidate] = []
  /// Whether something else could stand there too, such as a number: nothing is put in unasked.
  public var isOpen = false
  /// How the command is called.
  public var usage: String?
  /// Whether a file is wanted.
  var wantsFile = false

  /// Makes a completion that offers nothing.
  public init() {}

  /// What Tab puts in place of what was typed.
  ///
  /// - Parameter typed: the text from ``start`` to the cursor.
  /// - Returns: the text, nil where Tab can only show what there is.
  public func insertion(for typed: String) -> String? {
    guard let first = candidates.first, !isOpen || !typed.isEmpty else { return nil }
    if candidates.count == 1 { return first.text + first.suffix }
    let common = candidates.dropFirst().reduce(first.text) { $0.commonPrefix(with: $1.text) }
    return common.utf8.count > typed.utf8.count ? common : nil
  }

  /// The candidates in columns, after what else could stand there.
  ///
  /// - Parameter width: the columns that there are.
  /// - Returns: lines; none where there is nothing to show.
  public func lines(width: Int) -> [String] {
    var lines: [String] = []
    if isOpen || candidates.isEmpty, let usage {
      lines = usage.split(separator: "\n").flatMap {
        FilledLines.lines($0.split(separator: " "), width: width, indentation: 0, hanging: 4)
      }
    }
    let labels = candidates.map(\.label.visible)
    let column = (labels.map(\.count).max() ?? 0) + 2
    let perLine = max(1, width / column)
    // Down the columns, as ls lists them.
    let rows = (labels.count + perLine - 1) / perLine
    for row in 0..<rows {
      let cells = stride(from: row, to: labels.count, by: rows).map { labels[$0] }
      lines.append(
        cells.map { $0 + String(repeating: " ", count: column - $0.count) }.joined()
          .trimmingTrailingBlanks)
    }
    return lines
  }
}

extension String {
  /// The longest beginning that both texts share.
  fileprivate func commonPrefix(with other: String) -> String {
    String(zip(self, other).prefix { $0 == $1 }.map(\.0))
  }
}
