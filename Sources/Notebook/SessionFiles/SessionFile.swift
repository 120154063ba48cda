import Language
import Running

/// A session file, or a plain script: prose, cells, and what the cells gave when they were recorded.
public struct SessionFile {
  /// What a cell gave.
  public enum Record: Equatable, Sendable {
    /// It displayed these lines.
    case output([String])
    /// It failed with this message.
    case failure([String])
    /// The file says both, in these lines; nothing agrees with that.
    case contradiction([String])

    /// The record's lines as they stand in the file.
    var lines: [String] {
      switch self {
      case .output(let lines): lines.map(Self.outputLine)
      case .failure(let lines): lines.map { $0.isEmpty ? "#!" : "#! \($0)" }
      case .contradiction(let lines): lines
      }
    }

    /// A displayed line as it stands in the file.
    static func outputLine(_ text: String) -> String { text.isEmpty ? "#>" : "#> \(text)" }
  }

  /// One cell.
  public struct Cell {
    /// Its text, several lines where a bracket was open.
    public let source: String
    /// The number of its first line in the file, from 1.
    public let line: Int
    /// What a student is asked before it is run, and the answers that are there.
    public internal(set) var questions: [Question] = []
    /// What was recorded below it.
    public internal(set) var record: Record?

    /// The number of its last line.
    var lastLine: Int { line + source.utf8.count { $0 == 0x0a } }
  }

  /// One piece of the file, in order.
  public enum Item {
    /// A line that holds only a comment, with its `#`.
    case prose(String)
    /// A blank line.
    case blank
    /// A cell.
    case cell(Cell)
  }

  /// The suffix of session files.
  public static let suffix = ".dpu"

  /// The interpreter line (`#!…`) before the header, if there is one.
  public let interpreter: String?
  /// Whether the file begins with the header; a plain script has no records.
  public let isSession: Bool
  /// Whether a script begins with a line that is meant to be the header, and is none.
  public let isNearlySession: Bool
  /// What its lines tell where it is a script: whether it is a transcript, and its prompts.
  public private(set) var script = ScriptLines()
  /// Everything behind the header.
  public private(set) var items: [Item] = []
  /// The whole text: what `record` leaves as it is.
  let text: String

  /// Reads a file's text.
  ///
  /// - Throws: ``FileError`` for another version, a record without a cell, and a line that is too
  ///   long; ``FileError/interrupted(_:)``.
  public init(text: String, path: String) throws(FileError) {
    self.text = text
    var lines = FileLines(text, path: path)
    var first = try lines.next()
    if let line = first, line.unicodeScalars.first == "\u{feff}" {
      first = String(line.unicodeScalars.dropFirst())
    }
    if let line = first, line.hasPrefix("#!") {
      interpreter = line
      first = try lines.next()
    } else {
      interpreter = nil
    }
    let version = first.flatMap { Self.version($0) }
    if let version, version != "1" { throw .otherVersion(path, version: version) }
    isSession = version != nil
    isNearlySession = !isSession && Self.beginsNearly(text, path: path)
    try read(isSession ? try lines.next() : first, &lines, path: path)
  }

  /// Whether the first line that says something is meant to be the header: above it stand only
  /// blank lines, byte-order marks and the interpreter line.
  private static func beginsNearly(_ text: String, path: String) -> Bool {
    var lines = FileLines(text, path: path)
    var mayHaveInterpreter = true
    while let line = try? lines.next() {
      let content = line.unicodeScalars.drop { " \t\r\u{feff}".unicodeScalars.contains($0) }
      if content.isEmpty { continue }
      guard mayHaveInterpreter, content.starts(with: "#!".unicodeScalars) else {
        return resemblesHeader(line)
      }
      mayHaveInterpreter = false
    }
    return false
  }

  private mutating func read(
    _ first: String?, _ lines: inout FileLines, path: String
  ) throws(FileError) {
    var assembler = CellAssembler()
    var firstLine = 0
    var open = OpenCell()
    var questions = Questions(path: path)
    script = ScriptLines(startingAt: lines.count)
    var pending = first
    while true {
      if pending == nil { pending = try lines.next() }
      guard var line = pending else { break }
      pending = nil
      if !isSession {
        guard let text = script.take(line) else { continue }
        line = text
      }
      if isSession, let mark = Self.recordMark(line.utf8) {
        // A record ends a cell whose bracket was never closed.
        if let source = assembler.finish() { open.begin(source, firstLine, &questions, &items) }
        guard open.take(Self.recordText(line), isFailure: mark == .failure) else {
          throw .recordWithoutCell(path, line: lines.count)
        }
        continue
      }
      if !assembler.isOpen {
        if line.isProseOrBlank {
          let content = line.trimmingBlanks
          if content.isEmpty {
            open.takeBlank(&items)
          } else {
            open.end(&items)
            if isSession { try questions.take(content, at: lines.count) }
            items.append(.prose(content))
          }
          continue
        }
        firstLine = lines.count
      }
      if let source = assembler.feed(line) { open.begin(source, firstLine, &questions, &items) }
    }
    if let source = assembler.finish() { open.begin(source, firstLine, &questions, &items) }
    open.end(&items)
    try questions.end()
  }

  /// What a line in column 1 says that it is part of.
  enum RecordMark {
    case output, failure
  }

  /// The mark of a record's line; nil for every other line.
  ///
  /// By bytes: a mark and an accent that follows it would be one character, and no mark.
  static func recordMark(_ line: some Sequence<UInt8>) -> RecordMark? {
    var bytes = line.makeIterator()
    guard bytes.next() == UInt8(ascii: "#") else { return nil }
    switch bytes.next() {
    case UInt8(ascii: ">"): return .output
    case UInt8(ascii: "!"): return .failure
    default: return nil
    }
  }

  /// A record's text: what follows the mark and one blank, without blanks at its end.
  private static func recordText(_ line: String) -> String {
    var bytes = Array(line.utf8.dropFirst(2))
    if bytes.first == 0x20 { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self).trimmingTrailingBlanks
  }

  /// The cells, in order.
  public var cells: [Cell] {
    items.compactMap { item in if case .cell(let cell) = item { cell } else { nil } }
  }
}

extension CellResult {
  /// What this result would be recorded as; nil where nothing was displayed.
  ///
  /// - Throws: `Cancelled`.
  public var record: SessionFile.Record? {
    get throws(Cancelled) {
      if let failure { return Self.record(of: failure) }
      guard let text else { return nil }
      var lines: [String] = []
      for line in text.eachLine {
        try Cancellation.check()
        lines.append(String(line).trimmingTrailingBlanks)
      }
      return .output(lines)
    }
  }

  /// Whether it failed as a cell's record says: then even a failure is as it should be.
  public func hasFailed(as record: SessionFile.Record?) -> Bool {
    failure.map(Self.record) == record
  }

  private static func record(of failure: Diagnostic) -> SessionFile.Record {
    .failure(failure.message.visible.lines.map(\.trimmingTrailingBlanks))
  }
}
