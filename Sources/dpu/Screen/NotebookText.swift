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

  /// A cell's text with `Out[6b]`, and `6b` behind `rerun`, as the language knows them.
  func resolved(_ source: String, next number: Int) -> String {
    guard let branch else { return source }
    let numbers = branch.first..<max(branch.first, number)
    let words = source.split(separator: " ")
    if words.count == 2, words[0] == "rerun" {
      let ends = words[1].split(separator: "-", omittingEmptySubsequences: false).map { end in
        numbers.first { label($0) == end }.map(String.init) ?? String(end)
      }
      return "rerun " + ends.joined(separator: "-")
    }
    guard source.contains("Out[") else { return source }
    return numbers.reduce(source) { text, number in
      text.replacing("Out[\(label(number))]", with: "Out[\(number)]")
    }
  }

  /// A message with `In [11]` as the prompts call that cell.
  func labelled(_ message: String, next number: Int) -> String {
    guard let branch else { return message }
    return (branch.first..<max(branch.first, number)).reduce(message) { text, number in
      text.replacing("In [\(number)]", with: "In [\(label(number))]")
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
    let (first, next) = (
      Console.style.paint(prompt(label), .input), Console.style.paint(continuation(label), .input)
    )
    return source.lines.enumerated().map { index, line in
      (index == 0 ? first : next) + line.visible
    }.joined(separator: "\n")
  }

  /// A value with its prompt; one of several lines starts on its own line.
  static func output(_ text: String, label: String) -> String {
    Console.style.paint("Out[\(label)]: ", .output) + (text.contains("\n") ? "\n" : "") + text
  }
}
