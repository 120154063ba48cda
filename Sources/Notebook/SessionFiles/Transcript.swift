/// Session files made from results: what `save` and `record` write.
public enum Transcript {
  /// The session file that leads to a log's present state: what came after the last reset.
  ///
  /// Failed cells and those that worked on the notebook are left out; `Out[n]` is renumbered to
  /// what a replay of the file gives.
  public static func text(of log: Log) -> String {
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
        lines.append(renumbered(cell.source, numbers))
        if let text = cell.text { lines += SessionFile.Record.output(split(text)).lines }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The file with new records; every other byte stays, but that a script gets the header.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - results: a result for each of its cells, in order.
  /// - Returns: the whole text.
  public static func text(of file: SessionFile, recording results: [CellResult]) -> String {
    var records: [Int: [String]] = [:]
    for (index, cell) in file.cells.enumerated() {
      // Behind a quit nothing was run, and the records stay.
      let record = index < results.count ? results[index].record : cell.record
      records[cell.lastLine] = record?.lines
    }
    var lines: [String] = []
    let headerPlace = file.isSession ? nil : file.interpreter == nil ? 0 : 1
    for (index, raw) in file.rawLines.enumerated() {
      let ending = raw.utf8.last == 0x0d ? "\r" : ""
      var line = raw
      if index == headerPlace {
        let mark = line.unicodeScalars.first == "\u{feff}" ? "\u{feff}" : ""
        lines.append(mark + SessionFile.header + ending)
        line.unicodeScalars.removeFirst(mark.unicodeScalars.count)
      }
      if file.isSession, index > 0, line.hasPrefix("#>") || line.hasPrefix("#!") { continue }
      lines.append(file.isSession || index == 0 && headerPlace != 0 ? line : proseLine(line))
      lines += (records[index + 1] ?? []).map { $0 + ending }
    }
    return lines.joined(separator: "\n")
  }

  /// Prose that looks like a record moves away from column 1, where records stand.
  private static func proseLine(_ text: String) -> String {
    text.hasPrefix("#>") || text.hasPrefix("#!") ? " " + text : text
  }

  private static func split(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0).trimmingTrailingBlanks
    }
  }

  /// A cell's text with the numbers in `Out[n]` replaced, strings and comments left alone.
  public static func renumbered(_ source: String, _ numbers: [Int: Int]) -> String {
    guard source.contains("Out[") else { return source }
    var result = ""
    var rest = source[...]
    var inString = false
    var inComment = false
    var previous: Character = " "
    while let character = rest.first {
      if inComment {
        inComment = character != "\n"
      } else if inString {
        if character == "\\", rest.count > 1 {
          result.append(rest.removeFirst())
        } else if character == "\"" {
          inString = false
        }
      } else if character == "\"" {
        inString = true
      } else if character == "#" {
        inComment = true
      } else if rest.hasPrefix("Out["), !previous.isLetter, !previous.isNumber, previous != "_" {
        let digits = rest.dropFirst(4).prefix { $0 != "]" }
        let number = Int(digits.filter { $0 != " " && $0 != "\t" })
        if let number, let new = numbers[number] {
          result += "Out[\(new)"
          rest = rest.dropFirst(4 + digits.count)
          previous = "0"
          continue
        }
      }
      previous = character
      result.append(rest.removeFirst())
    }
    return result
  }
}
