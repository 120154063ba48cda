import Language

/// An error whose remedy can tell a session's names.
protocol SessionExplained: Explained {
  /// What to do about it in this session.
  func remedy(in session: Session) -> String?
}

/// Something wrong in a cell, with its place: what a person is shown.
public struct Diagnostic: Error {
  /// What is wrong; begins with the verb where there is one. This is what a session file records.
  public let message: String
  /// Where, in UTF-8 offsets of the cell's text.
  public let range: SourceRange
  /// What to do about it.
  public let remedy: String?
  /// Whether it was refused for safety.
  public private(set) var isRefusal = false
  /// The error whose words these are.
  private(set) var cause: (any Explained)?
  /// Where the statement begins that it is about, in UTF-8 offsets.
  private(set) var statement: Int?

  /// Makes a diagnostic.
  public init(message: String, range: SourceRange, remedy: String? = nil) {
    self.message = message
    self.range = range
    self.remedy = remedy
  }

  /// The same with another remedy.
  func advising(_ remedy: String) -> Diagnostic {
    var diagnostic = Diagnostic(message: message, range: range, remedy: remedy)
    (diagnostic.isRefusal, diagnostic.cause) = (isRefusal, cause)
    diagnostic.statement = statement
    return diagnostic
  }

  /// The same with something after its message.
  func adding(_ text: String) -> Diagnostic {
    var diagnostic = Diagnostic(message: message + text, range: range, remedy: remedy)
    (diagnostic.isRefusal, diagnostic.cause) = (isRefusal, cause)
    diagnostic.statement = statement
    return diagnostic
  }

  init(
    _ error: some Explained, verb: String? = nil, range: SourceRange, statement: Int? = nil,
    in session: Session? = nil
  ) {
    self.init(
      message: verb.map { "\($0): \(error.message)" } ?? error.message, range: range,
      remedy: session.flatMap { (error as? any SessionExplained)?.remedy(in: $0) } ?? error.remedy)
    isRefusal = (error as? FileError)?.isRefusal ?? false
    cause = error
    self.statement = statement
  }
}

extension Diagnostic {
  /// The most of a line that is shown around a place, in columns.
  private static let excerptWidth = 76

  /// The most of a remedy on a line, in characters: two blanks stand before it.
  static let remedyWidth = 78

  /// The diagnostic as text: place, message, the line, carets under the place, the remedy.
  ///
  /// - Parameters:
  ///   - source: the cell's text.
  ///   - file: what the place is in.
  ///   - firstLine: the number of the cell's first line in the file, from 1.
  ///   - prompts: the characters that stand before a line's text in the file, by the line's number.
  ///   - width: the columns that the first line has; by default it stays whole, for programs to read.
  /// - Returns: several lines, without a line feed at the end.
  public func text(
    source: String, file: String, firstLine: Int, prompts: [Int: Int] = [:], width: Int? = nil
  ) -> String {
    let bytes = Array(source.utf8)
    let start = min(range.lowerBound, bytes.count)
    let line = firstLine + bytes[..<start].count { $0 == 0x0a }
    let column = prompts[line, default: 0] + Self.characters(bytes[lineStart(bytes)..<start]) + 1
    let head = "\(file.visible):\(line):\(column): error: \(message.visible)"
    return Self.lines(head, width: width) + "\n" + details(in: source)
  }

  /// An error's line, broken at blanks where it is wider than that.
  public static func lines(_ line: String, width: Int?) -> String {
    width.map { line.brokenAtBlanks(width: $0, hanging: 2) } ?? line
  }

  /// The line with carets under the place, then the remedy; each line indented by two columns.
  public func details(in source: String) -> String {
    let remedies = (remedy ?? "").split(separator: "\n").map {
      String($0).visible.brokenAtBlanks(width: Self.remedyWidth, hanging: 2)
        .split(separator: "\n").map { "\n  \($0)" }.joined()
    }
    return excerpt(Array(source.utf8)) + remedies.joined()
  }

  /// How many characters there are in a part of a line, which may be megabytes long.
  private static func characters(_ bytes: ArraySlice<UInt8>) -> Int {
    // A carriage return is the one character of ASCII that makes one with another.
    let isPlain = bytes.allSatisfy { $0 < 0x80 && $0 != 0x0d }
    return isPlain ? bytes.count : String(decoding: bytes, as: UTF8.self).count
  }

  private func lineStart(_ bytes: [UInt8]) -> Int {
    bytes[..<min(range.lowerBound, bytes.count)].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
  }

  private func excerpt(_ bytes: [UInt8]) -> String {
    let start = min(range.lowerBound, bytes.count)
    let lineEnd = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
    // Only a window around the place: the line may be megabytes long.
    let reach = 4 * Self.excerptWidth
    func text(_ range: Range<Int>) -> String {
      String(decoding: bytes[range], as: UTF8.self).visible
    }
    var before = text(max(lineStart(bytes), start - reach)..<start)
    let markedEnd = max(start, min(range.upperBound, lineEnd))
    var marked = text(start..<min(markedEnd, start + reach))
    var after = text(markedEnd..<min(lineEnd, markedEnd + reach))
    if before.columns > Self.excerptWidth / 2 {
      before = "…" + before.suffix(columns: Self.excerptWidth / 2 - 1)
    }
    marked = String(marked.prefix(columns: Self.excerptWidth - before.columns))
    let room = Self.excerptWidth - before.columns - marked.columns
    if after.columns > room { after = after.prefix(columns: max(0, room - 1)) + "…" }
    let carets = String(repeating: "^", count: max(1, marked.columns))
    let blanks = String(repeating: " ", count: before.columns)
    return "  \(before)\(marked)\(after)\n  \(blanks)\(carets)"
  }
}
