import CLibrary
import Language
import Running

/// Session files made from results: what `save` and `record` write.
public enum Transcript {
  /// The session file that leads to a log's present state: what came after the last reset.
  ///
  /// Failed cells and those that worked on the notebook are left out; `Out[n]` is renumbered to
  /// what a replay of the file gives.
  ///
  /// - Throws: `Cancelled`.
  public static func text(of log: Log) throws(Cancelled) -> String {
    var lines = [SessionFile.header]
    var numbers: [Int: Int] = [:]
    var endsParagraph = false
    for entry in log.entriesSinceReset {
      switch entry {
      case .withdrawn: break
      case .prose(""): endsParagraph = true
      case .prose(let text):
        if endsParagraph { lines.append("") }
        endsParagraph = false
        lines.append(proseLine(text))
      case .cell(let cell):
        guard cell.status == .accepted else { continue }
        endsParagraph = false
        numbers[cell.number] = numbers.count + 1
        lines.append(cellText(renumbered(cell.source) { numbers[$0] ?? $0 }))
        guard let text = cell.text else { continue }
        for line in text.eachLine {
          try Cancellation.check()
          lines.append(SessionFile.Record.outputLine(String(line).trimmingTrailingBlanks))
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The file with new records; every other byte stays, but that a script gets the header.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - results: what each of its cells gave, in order; the records of those that are missing stay.
  /// - Returns: the whole text.
  /// - Throws: `Cancelled`.
  public static func text(
    of file: SessionFile, recording results: [SessionFile.Record?]
  ) throws(Cancelled) -> String {
    var records: [Int: SessionFile.Record] = [:]
    for (index, cell) in file.cells.enumerated() {
      // Behind a quit nothing was run, and the records stay.
      records[cell.lastLine] = index < results.count ? results[index] : cell.record
    }
    let text = file.text.utf8
    var result: [UInt8] = []
    result.reserveCapacity(text.count + text.count / 2)
    let headerPlace = file.isSession ? nil : file.interpreter == nil ? 0 : 1
    // By bytes: a carriage return and a line feed together are one character.
    for (index, raw) in text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
      try Cancellation.check()
      let ending = raw.last == 0x0d ? "\r\n" : "\n"
      var line = raw
      if index == headerPlace {
        // The mark stays the first thing in the file.
        let mark = line.starts(with: byteOrderMark) ? byteOrderMark : []
        result += mark + (SessionFile.header + ending).utf8
        line = line.dropFirst(mark.count)
      }
      let isRecord = SessionFile.recordMark(line) != nil
      if file.isSession, index > 0, isRecord { continue }
      if !file.isSession, isRecord, index > 0 || headerPlace == 0 { result.append(0x20) }
      result += line
      result.append(0x0a)
      guard let record = records[index + 1] else { continue }
      for line in record.lines {
        try Cancellation.check()
        result += (line + ending).utf8
      }
    }
    // What follows the last line feed is a line without an end, if it is one at all.
    result.removeLast()
    return String(decoding: result, as: UTF8.self)
  }

  private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// Prose that looks like a record moves away from column 1, where records stand.
  public static func proseLine(_ text: String) -> String {
    SessionFile.recordMark(text.utf8) == nil ? text : " " + text
  }

  /// A cell's lines; comments within its brackets that look like records move away from column 1.
  public static func cellText(_ source: String) -> String {
    guard source.utf8.contains(0x0a) else { return source }
    return source.lines.map(proseLine).joined(separator: "\n")
  }

  /// A cell's text with the numbers in `Out[n]` replaced, strings and comments left alone.
  ///
  /// - Parameters:
  ///   - source: the text.
  ///   - number: gives the new number for each that is there.
  /// - Returns: the new text.
  public static func renumbered(_ source: String, _ number: (Int) -> Int) -> String {
    replacingOutputs(in: source) { "Out[\(number($0))]" }
  }

  /// A cell's text with each `Out[n]` replaced, strings and comments left alone.
  static func replacingOutputs(in source: String, _ replacement: (Int) -> String) -> String {
    guard source.withCString({ strstr($0, "Out[") }) != nil else { return source }
    let bytes = Array(source.utf8)
    let word = Array("Out[".utf8)
    var result: [UInt8] = []
    var (inString, inComment) = (false, false)
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      let previous = place > 0 ? bytes[place - 1] : 0x20
      if inComment {
        inComment = byte != 0x0a
      } else if inString {
        if byte == UInt8(ascii: "\\"), place + 1 < bytes.count {
          result.append(byte)
          place += 1
        }
        inString = byte != UInt8(ascii: "\"") && byte != 0x0a
      } else if byte == UInt8(ascii: "\"") {
        inString = true
      } else if byte == UInt8(ascii: "#") {
        inComment = true
      } else if byte == word[0], !previous.isPartOfAName, bytes[place...].starts(with: word) {
        let start = place + word.count
        let end = bytes[start...].prefix(24).firstIndex(of: UInt8(ascii: "]")) ?? start
        let digits = bytes[start..<end].filter { !$0.isBlank }
        if let old = Int(String(decoding: digits, as: UTF8.self)) {
          result += replacement(old).utf8
          place = end + 1
          continue
        }
      }
      result.append(bytes[place])
      place += 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate var isPartOfAName: Bool {
    isLetter || isDigit || self == UInt8(ascii: "_") || self >= 0x80
  }
}
