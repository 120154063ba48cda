/// Words set into lines: for help and errors, which are to fit a terminal of 80 columns.
enum FilledLines {
  /// Fills lines with words.
  ///
  /// - Parameters:
  ///   - words: what no line is broken within; a word that is too long has a line of its own.
  ///   - width: the most characters of a line.
  ///   - indentation: blanks before the first line.
  ///   - hanging: blanks before the others.
  /// - Returns: the lines; an empty one where there are no words.
  static func lines(
    _ words: [some StringProtocol], width: Int, indentation: Int = 0, hanging: Int = 0
  ) -> [String] {
    var lines: [String] = []
    var line = String(repeating: " ", count: words.isEmpty ? 0 : indentation)
    var isFresh = true
    for word in words {
      if !isFresh, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: hanging)
        isFresh = true
      }
      line += isFresh ? String(word) : " " + word
      isFresh = false
    }
    return lines + [line]
  }
}

extension String {
  /// The text with lines that are too long broken at blanks; the others stay as they are.
  ///
  /// - Parameters:
  ///   - width: the most characters of a line.
  ///   - hanging: how many blanks the rest of a broken line is further in than its beginning.
  /// - Returns: the text.
  func brokenAtBlanks(width: Int, hanging: Int = 0) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
      guard line.count > width else { return [String(line)] }
      let indentation = line.prefix { $0 == " " }.count
      return FilledLines.lines(
        line.split(separator: " "), width: width, indentation: indentation,
        hanging: indentation + hanging)
    }.joined(separator: "\n")
  }

  /// The text with its paragraphs filled; lines that begin with a blank stay as they are.
  func filled(width: Int) -> String {
    var lines: [String] = []
    var words: [Substring] = []
    func finish() {
      if !words.isEmpty { lines += FilledLines.lines(words, width: width) }
      words = []
    }
    for line in split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty || line.hasPrefix(" ") {
        finish()
        lines.append(String(line))
      } else {
        words += line.split(separator: " ")
      }
    }
    finish()
    return lines.joined(separator: "\n")
  }
}
