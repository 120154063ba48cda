import Notebook

/// The outputs of a transcript that is pasted line by line, where the terminal does not say that a
/// paste is one.
///
/// An output goes from a line that begins with `Out[3]:`, which no cell does, to a blank line or the
/// next prompt.
struct PastedOutput {
  private var isInside = false
  private var hasSaid = false

  /// Whether a line is part of an output, and not to be run.
  mutating func contains(_ line: String) -> Bool {
    if PasteFilter.isOutput(line) {
      isInside = true
      if !hasSaid {
        hasSaid = true
        Console.error(
          Console.errorStyle.paint(
            "note: taken for a transcript's output, to the next blank line or In [", .note))
      }
      return true
    }
    if line.isProseOrBlank || PasteFilter.commands(in: line) != line { isInside = false }
    return isInside
  }
}
