/// Strips a pasted transcript to its commands.
///
/// What was copied from a notebook (dpu, Jupyter, IPython) has prompts before the cells and outputs
/// between them; what was copied from a session file has records.
public enum PasteFilter {
  /// The commands in a text; the text itself where it shows no sign of a transcript.
  public static func commands(in text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.contains(where: { prompted($0) != nil }) {
      var kept: [String] = []
      // A continuation belongs to the cell above it, as long as no output came between.
      var isInCell = false
      for line in lines {
        if let cell = prompted(line) {
          isInCell = true
          kept.append(cell)
        } else if isInCell, let rest = continued(line) {
          kept.append(rest)
        } else {
          isInCell = false
        }
      }
      return kept.joined(separator: "\n")
    }
    guard lines.contains(where: isRecord) else { return text }
    return lines.filter { !isRecord($0) }.joined(separator: "\n")
  }

  /// The commands in a text that goes on with a cell that is not whole yet: its lines may bring
  /// continuation prompts along.
  public static func continuation(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard !lines.contains(where: { prompted($0) != nil }) else { return commands(in: text) }
    return commands(in: lines.map { continued($0) ?? $0 }.joined(separator: "\n"))
  }

  /// Whether a line is where an output begins in a transcript: `Out[3]: …`.
  public static func isOutput(_ line: String) -> Bool {
    let content = line.drop { $0 == " " || $0 == "\t" }
    guard content.hasPrefix("Out["), let end = content.firstIndex(of: "]") else { return false }
    return content[end...].hasPrefix("]:")
  }

  private static func isRecord(_ line: String) -> Bool {
    let content = line.drop { $0 == " " }
    return content.hasPrefix("#>") || content.hasPrefix("#!")
  }

  /// What follows `In [3]: `, in a line that begins so.
  private static func prompted(_ line: String) -> String? {
    let content = line.drop { $0 == " " || $0 == "\t" }
    guard content.hasPrefix("In [") else { return nil }
    let rest = content.dropFirst(4).drop { $0.isNumber || $0.isLetter || $0 == " " }
    guard rest.hasPrefix("]:") else { return nil }
    return withoutBlank(rest.dropFirst(2))
  }

  /// What follows `   ...: `, in a line that begins so.
  private static func continued(_ line: String) -> String? {
    let content = line.drop { $0 == " " || $0 == "\t" }
    return content.hasPrefix("...:") ? withoutBlank(content.dropFirst(4)) : nil
  }

  private static func withoutBlank(_ text: Substring) -> String {
    String(text.first == " " ? text.dropFirst() : text)
  }
}
