/// Strips a pasted transcript to its commands.
///
/// What was copied from a notebook (dpu, Jupyter, IPython) or from Python has prompts before the
/// cells and outputs between them; what was copied from a session file has records.
public enum PasteFilter {
  /// The commands in a text; all of it where it shows no sign of a transcript. Lines end with a line
  /// feed alone.
  public static func commands(in text: String) -> String {
    let lines = lines(of: text)
    if lines.contains(where: { prompted($0) != nil }) {
      var transcript = TranscriptLines()
      return lines.compactMap { transcript.take($0) }.joined(separator: "\n")
    }
    guard lines.contains(where: isRecord) else { return lines.joined(separator: "\n") }
    return lines.filter { !isRecord($0) }.joined(separator: "\n")
  }

  /// The commands in a text that goes on with a cell that is not whole yet: its lines may bring
  /// continuation prompts along.
  public static func continuation(_ text: String) -> String {
    let lines = lines(of: text)
    guard !lines.contains(where: { prompted($0) != nil }) else { return commands(in: text) }
    return commands(in: lines.map { continued($0) ?? $0 }.joined(separator: "\n"))
  }

  private static func lines(of text: String) -> [String] {
    // By bytes: a carriage return and a line feed together are one character.
    text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).map {
      String(decoding: $0.last == 0x0d ? $0.dropLast() : $0, as: UTF8.self)
    }
  }

  /// Whether a line is where an output begins in a transcript: `Out[3]: …`.
  public static func isOutput(_ line: String) -> Bool {
    let content = line.drop { $0 == " " || $0 == "\t" }
    guard content.hasPrefix("Out["), let end = content.firstIndex(of: "]") else { return false }
    return content[end...].hasPrefix("]:")
  }

  /// What of a transcript a line begins with: a prompt, or `Out[3]:`; and what follows it. Nil for a
  /// line of a cell.
  public static func mark(of line: String) -> (mark: String, rest: String)? {
    let content = line.drop { $0 == " " || $0 == "\t" }
    if isOutput(line), let end = content.firstIndex(of: ":") {
      return (String(content[...end]), String(content[end...].dropFirst()))
    }
    guard let rest = prompted(line) ?? continued(line) else { return nil }
    return (String(content.dropLast(rest.count)).trimmingTrailingBlanks, rest)
  }

  static func isRecord(_ line: String) -> Bool {
    let content = line.drop { $0 == " " }
    return content.hasPrefix("#>") || content.hasPrefix("#!")
  }

  /// What follows `In [3]: ` or `>>> `, in a line that begins so; readline's or IPython's mode may
  /// stand before it: `(ins)In [3]: `.
  package static func prompted(_ line: String) -> String? {
    var content = line.drop { $0 == " " || $0 == "\t" }
    if let rest = python(">>>", content) { return rest }
    for mode in ["(ins)", "(cmd)", "[ins]", "[nav]"] where content.hasPrefix(mode) {
      content = content.dropFirst(mode.count).drop { $0 == " " }
    }
    guard content.hasPrefix("In [") else { return nil }
    let rest = content.dropFirst(4).drop { $0.isNumber || $0.isLetter || $0 == " " }
    guard rest.hasPrefix("]:") else { return nil }
    return withoutBlank(rest.dropFirst(2))
  }

  /// What follows `   ...: ` or `... `, in a line that begins so.
  package static func continued(_ line: String) -> String? {
    let content = line.drop { $0 == " " || $0 == "\t" }
    if let rest = python("...", content) { return rest }
    return content.hasPrefix("...:") ? withoutBlank(content.dropFirst(4)) : nil
  }

  /// What follows one of Python's prompts and a blank.
  private static func python(_ prompt: String, _ line: Substring) -> String? {
    guard line.hasPrefix(prompt) else { return nil }
    let rest = line.dropFirst(prompt.count)
    return rest.isEmpty || rest.first == " " ? withoutBlank(rest) : nil
  }

  private static func withoutBlank(_ text: Substring) -> String {
    String(text.first == " " ? text.dropFirst() : text)
  }
}
