/// The lines of a script, one after another, without the prompts of a transcript.
///
/// A script whose first cell has a prompt before it is a transcript, as it was copied from a notebook
/// or from Python: its cells are what follows a prompt, and what has none is an output. Any other
/// script stays as it is; a script may come line by line, so its beginning decides.
public struct ScriptLines {
  private var transcript = TranscriptLines()
  private var isDecided = false
  private var number: Int
  /// Whether the script is a transcript, as far as it has come.
  public private(set) var isTranscript = false
  /// How many characters of prompts were taken off, by the number of the line from 1.
  public private(set) var prompts: [Int: Int] = [:]

  /// Makes a script that has not begun.
  ///
  /// - Parameter number: what its first line is called.
  public init(startingAt number: Int = 1) { self.number = number }

  /// Whether a line is of what a shell and a program say before the first prompt; no cell begins so.
  private static func isGreeting(_ line: String) -> Bool {
    let starts = ["Python 3.", "IPython ", "Type \"help\"", "Type 'copyright'", "Try: "]
    if starts.contains(where: line.hasPrefix) { return true }
    if line.hasPrefix("dpu ") { return line.dropFirst(4).first?.isNumber == true }
    // What was typed for the shell is one only where it began a program with prompts.
    guard line.hasPrefix("$ ") else { return false }
    let program = line.dropFirst(2).prefix { $0 != " " }.split(separator: "/").last ?? ""
    return program == "dpu" || program.hasPrefix("python") || program.hasPrefix("ipython")
  }

  /// Takes the next line.
  ///
  /// - Returns: what it says without its prompt; nil for a line of an output.
  public mutating func take(_ line: String) -> String? {
    defer { number += 1 }
    if !isDecided, !line.isProseOrBlank {
      if Self.isGreeting(line) { return nil }
      isDecided = true
      isTranscript = PasteFilter.prompted(line) != nil
    }
    guard isTranscript else { return line }
    guard let text = transcript.take(line) else { return nil }
    if text.utf8.count < line.utf8.count { prompts[number] = line.count - text.count }
    return text
  }
}

/// What is a cell's in the lines of a transcript.
struct TranscriptLines {
  /// A continuation belongs to the cell above it, as long as no output came between.
  private var isInCell = false

  /// Takes the next line.
  ///
  /// - Returns: a cell's text without its prompt, or prose; nil for an output, a record, a blank line.
  mutating func take(_ line: String) -> String? {
    if let cell = PasteFilter.prompted(line) {
      isInCell = true
      return cell
    }
    if isInCell, let rest = PasteFilter.continued(line) { return rest }
    isInCell = false
    return line.hasPrefix("#") && !PasteFilter.isRecord(line) ? line : nil
  }
}
