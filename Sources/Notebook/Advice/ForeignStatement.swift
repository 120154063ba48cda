import Language

/// A statement as Python, IPython, psql or a shell would have it, taken apart as far as advice needs.
struct ForeignStatement {
  /// An argument, with its key where one stands before `=`.
  struct Argument {
    let key: String?
    let value: String
  }

  /// Only a short statement is taken apart.
  private static let limit = 300

  /// What stands before a single `=`.
  private(set) var target: String?
  /// What stands after it, or the whole statement.
  let expression: String
  /// What the expression starts with, up to a blank or a parenthesis.
  let word: String
  /// The arguments, in parentheses or behind blanks.
  private(set) var arguments: [Argument] = []
  /// Whether the arguments stand in parentheses.
  private(set) var isCall = false
  /// Whether all of the expression is understood.
  private(set) var isWhole = true

  /// Takes a statement apart.
  ///
  /// - Parameter text: a cell's text from where the statement begins.
  init(_ text: some Collection<UInt8>) {
    let source = String(decoding: text.prefix(Self.limit), as: UTF8.self)
    var statement = Self.split(source, at: ";").first?.trimmingBlanks ?? ""
    let sides = Self.split(statement, at: "=")
    if sides.count == 2, !sides[0].contains("("),
      sides[0].trimmingBlanks.split(separator: " ").count == 1,
      sides[0].last.map({ !"=!<>+-*/".contains($0) }) ?? false
    {
      target = sides[0].trimmingBlanks
      statement = sides[1].trimmingBlanks
    }
    expression = statement
    word = String(statement.prefix { !" \t\n(".contains($0) })
    isWhole = text.count <= Self.limit
    let rest = statement.dropFirst(word.count)
    if rest.first == "(" {
      isCall = true
      read(call: String(rest))
    } else {
      let words = rest.split { " \t\n".contains($0) }
      arguments = words.map { Self.argument(String($0)) }
    }
  }

  private mutating func read(call text: String) {
    let parts = Self.split(String(text.dropFirst()), at: ")")
    guard parts.count == 2, parts[1].isEmpty else {
      isWhole = false
      return
    }
    arguments = Self.split(parts[0], at: ",").map { $0.trimmingBlanks }.filter { !$0.isEmpty }
      .map(Self.argument)
  }

  private static func argument(_ text: String) -> Argument {
    let sides = split(text, at: "=")
    guard sides.count == 2, sides[0].trimmingBlanks.isIdentifier else {
      return Argument(key: nil, value: here(text))
    }
    return Argument(key: sides[0].trimmingBlanks, value: here(sides[1].trimmingBlanks))
  }

  /// A value as it is written here: no quotes around a word, and a pair of equal numbers is one.
  private static func here(_ text: String) -> String {
    let inner = String(text.dropFirst().dropLast())
    if let first = text.first, "'\"".contains(first), text.last == first, text.count > 2 {
      return inner.allSatisfy { $0.isLetter || $0.isNumber || "_./-".contains($0) } ? inner : text
    }
    if text.first == "(", text.last == ")" {
      let parts = inner.split(separator: ",").map { $0.trimmingBlanks }
      if let first = parts.first, parts.allSatisfy({ $0 == first }) { return first }
      return "(" + parts.joined(separator: ",") + ")"
    }
    return text
  }

  /// The pieces between a character where it stands outside brackets and quotes.
  private static func split(_ text: String, at separator: Character) -> [String] {
    var pieces = [""]
    var depth = 0
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
      } else if depth == 0, character == separator {
        pieces.append("")
        continue
      } else if "'\"".contains(character) {
        quote = character
      } else if "([{".contains(character) {
        depth += 1
      } else if ")]}".contains(character) {
        depth -= 1
      }
      pieces[pieces.count - 1].append(character)
    }
    return pieces
  }
}
