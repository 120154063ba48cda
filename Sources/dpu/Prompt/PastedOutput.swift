import Language
import Notebook

/// The outputs of a transcript that is pasted line by line, where the terminal does not say that a
/// paste is one.
///
/// An output begins with `Out[3]:`, which no cell does. It ends with that line, or where nothing or
/// an open bracket stands there, with the next blank line outside all brackets or the next prompt.
struct PastedOutput {
  private var isInside = false
  private var depth = 0

  /// Forgets what came before, as when a person asks for a fresh prompt.
  mutating func end() { (isInside, depth) = (false, 0) }

  /// Whether a line is part of an output, and not to be run.
  mutating func contains(_ line: String) -> Bool {
    // A paste that is one is filtered as a whole.
    guard !line.utf8.contains(0x0a) else {
      end()
      return false
    }
    if PasteFilter.isOutput(line) {
      end()
      let rest = line.drop { $0 != ":" }.dropFirst()
      count(rest)
      isInside = depth > 0 || rest.allSatisfy { $0 == " " || $0 == "\t" }
      if isInside {
        Console.error(
          Console.errorStyle.paint(
            "note: taken for a transcript's output, to the next blank line or In [", .note))
      }
      return true
    }
    guard isInside else { return false }
    if PasteFilter.commands(in: line) != line || depth <= 0 && line.isProseOrBlank {
      end()
      return false
    }
    count(line[...])
    return true
  }

  private mutating func count(_ text: Substring) {
    for character in text {
      if "[(".contains(character) { depth += 1 }
      if "])".contains(character) { depth -= 1 }
    }
  }
}
