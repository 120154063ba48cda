import Notebook

/// The prompts of a notebook, as IPython prints them.
enum NotebookText {
  /// `In [n]: `.
  static func prompt(_ number: Int) -> String { "In [\(number)]: " }

  /// `   ...: `, as wide as the prompt.
  static func continuation(_ number: Int) -> String {
    String(repeating: " ", count: prompt(number).count - "...: ".count) + "...: "
  }

  /// A cell with its prompts.
  static func input(_ source: String, number: Int) -> String {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      Console.style.paint(index == 0 ? prompt(number) : continuation(number), .input)
        + String(line).visible
    }.joined(separator: "\n")
  }

  /// A value with its prompt; one of several lines starts on its own line.
  static func output(_ text: String, number: Int) -> String {
    Console.style.paint("Out[\(number)]: ", .output) + (text.contains("\n") ? "\n" : "") + text
  }
}
