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
      case .output(let lines): lines.map { $0.isEmpty ? "#>" : "#> \($0)" }
      case .failure(let lines): lines.map { $0.isEmpty ? "#!" : "#! \($0)" }
      case .contradiction(let lines): lines
      }
    }
  }

  /// One cell.
  public struct Cell {
    /// Its text, several lines where a bracket was open.
    public let source: String
    /// The number of its first line in the file, from 1.
    public let line: Int
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
  /// Everything behind the header.
  public private(set) var items: [Item] = []
  /// The text split at line feeds, nothing else taken away: what `record` leaves as it is.
  let rawLines: [String]

  /// Reads a file's text.
  ///
  /// - Throws: ``FileError`` for another version, and for a record without a cell.
  public init(text: String, path: String) throws(FileError) {
    // By bytes: a carriage return and a line feed together are one character.
    let parts = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false)
    rawLines = parts.map { String(decoding: $0, as: UTF8.self) }
    var lines = parts.map(Self.clean)
    if text.utf8.last == 0x0a { lines.removeLast() }
    if let first = lines.first, first.hasPrefix("\u{feff}") {
      lines[0] = String(first.unicodeScalars.dropFirst())
    }
    var start = 0
    if let first = lines.first, first.hasPrefix("#!") {
      interpreter = first
      start = 1
    } else {
      interpreter = nil
    }
    let version = start < lines.count ? Self.version(lines[start]) : nil
    if let version, version != "1" { throw .otherVersion(path, version: version) }
    isSession = version != nil
    isNearlySession = !isSession && start < lines.count && Self.resemblesHeader(lines[start])
    if isSession { start += 1 }
    try read(lines[start...], path: path)
  }

  /// Splits on line feeds and drops the carriage return before one.
  private static func clean(_ line: Substring.UTF8View) -> String {
    String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
  }

  private mutating func read(_ lines: ArraySlice<String>, path: String) throws(FileError) {
    var assembler = CellAssembler()
    var firstLine = 0
    /// Where the cell stands that a record would belong to.
    var owner: Int?
    func finish(_ file: inout SessionFile, _ source: String) {
      file.items.append(.cell(Cell(source: source, line: firstLine)))
      owner = file.items.count - 1
    }
    for (index, line) in zip(lines.indices, lines) {
      let mark = isSession ? line.prefix(2) : ""
      if mark == "#>" || mark == "#!" {
        // A record ends a cell whose bracket was never closed.
        if let source = assembler.finish() { finish(&self, source) }
        guard let owner, case .cell(var cell) = items[owner] else {
          throw .recordWithoutCell(path, line: index + 1)
        }
        let isFailure = mark == "#!"
        let text = Self.recordText(line)
        cell.record = Self.extended(cell.record, with: text, isFailure: isFailure)
        items.removeSubrange((owner + 1)...)
        items[owner] = .cell(cell)
        continue
      }
      let content = line.trimmingBlanks
      if !assembler.isOpen {
        if content.isEmpty {
          items.append(.blank)
          continue
        }
        if content.hasPrefix("#") {
          items.append(.prose(content))
          owner = nil
          continue
        }
        firstLine = index + 1
      }
      if let source = assembler.feed(line) { finish(&self, source) }
    }
    if let source = assembler.finish() { finish(&self, source) }
  }

  /// A record's text: what follows the mark and one blank, without blanks at its end.
  private static func recordText(_ line: String) -> String {
    var bytes = Array(line.utf8.dropFirst(2))
    if bytes.first == 0x20 { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self).trimmingTrailingBlanks
  }

  private static func extended(_ record: Record?, with line: String, isFailure: Bool) -> Record {
    let added: Record = isFailure ? .failure([line]) : .output([line])
    return switch (record, added) {
    case (nil, _): added
    case (.output(let lines), .output): .output(lines + [line])
    case (.failure(let lines), .failure): .failure(lines + [line])
    case (let record?, _): .contradiction(record.lines + added.lines)
    }
  }

  /// The cells, in order.
  public var cells: [Cell] {
    items.compactMap { item in if case .cell(let cell) = item { cell } else { nil } }
  }
}

extension CellResult {
  /// What this result would be recorded as; nil where nothing was displayed.
  public var record: SessionFile.Record? {
    if let failure { return .failure(Self.lines(failure.message.visible)) }
    if let text { return .output(Self.lines(text)) }
    return nil
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0).trimmingTrailingBlanks
    }
  }

  /// Whether a cell's record says the same: then even a failure is as it should be.
  public func agrees(with record: SessionFile.Record?) -> Bool { self.record == record }
}
