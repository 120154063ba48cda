import Notebook

/// How cells are called in prompts: by their number, or in a branch by a number and a letter.
struct Numbering {
  private var branch: (base: Int, first: Int)?

  /// 1, 2, 3 …
  static let ordinary = Numbering()

  private init() {}

  /// 6a, 6b, 6c …: a branch off cell `base`, whose first cell has the number `first`.
  init(branchOff base: Int, first: Int) { branch = (base, first) }

  /// What a cell is called.
  func label(_ number: Int) -> String {
    guard let branch, number >= branch.first else { return "\(number)" }
    var letters = ""
    var rest = number - branch.first + 1
    while rest > 0 {
      letters = String(UnicodeScalar(UInt8(97 + (rest - 1) % 26))) + letters
      rest = (rest - 1) / 26
    }
    return "\(branch.base)\(letters)"
  }

  /// A cell's text with `Out[6b]` as the language knows it.
  func resolved(_ source: String, next number: Int) -> String {
    guard let branch, source.contains("Out[") else { return source }
    return (branch.first..<max(branch.first, number)).reduce(source) { text, number in
      text.split(separator: "Out[\(label(number))]", omittingEmptySubsequences: false)
        .joined(separator: "Out[\(number)]")
    }
  }
}

/// The prompts of a notebook, as IPython prints them.
enum NotebookText {
  /// `In [n]: `.
  static func prompt(_ label: String) -> String { "In [\(label)]: " }

  /// `   ...: `, as wide as the prompt.
  static func continuation(_ label: String) -> String {
    String(repeating: " ", count: prompt(label).count - "...: ".count) + "...: "
  }

  /// A cell with its prompts.
  static func input(_ source: String, label: String) -> String {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      Console.style.paint(index == 0 ? prompt(label) : continuation(label), .input)
        + String(line).visible
    }.joined(separator: "\n")
  }

  /// A value with its prompt; one of several lines starts on its own line.
  static func output(_ text: String, label: String) -> String {
    Console.style.paint("Out[\(label)]: ", .output) + (text.contains("\n") ? "\n" : "") + text
  }
}
