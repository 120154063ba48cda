import Language

/// Words that people bring from elsewhere, and what to type here instead: a row of the table
/// ``BroughtWord/all``.
struct BroughtWord: Sendable {
  /// The words, as they are typed; those before a point (`torch.nn.`) are left out.
  let words: [String]
  /// The names of the arguments, in Python's order.
  let parameters: [String]
  /// Cells to type, best first; the last one can always be typed.
  ///
  /// `{name}` stands for an argument, by its name in ``parameters`` or its number from 1; `{*}` for
  /// all of them, `{self}` for what stands before the last point. A word `key={name}` is left out
  /// where that argument is. A cell in which an argument has no place is not offered.
  let cells: [String]
  /// What to know, where the cell alone would puzzle.
  let reason: String?

  /// Makes a row.
  ///
  /// - Parameters:
  ///   - words: the words, with blanks between.
  ///   - parameters: the arguments' names, with blanks between.
  ///   - cells: the cells.
  ///   - reason: what to know.
  init(
    _ words: String, taking parameters: String = "", _ cells: [String], reason: String? = nil
  ) {
    self.words = words.split(separator: " ").map(String.init)
    self.parameters = parameters.split(separator: " ").map(String.init)
    self.cells = cells
    self.reason = reason
  }

  /// The table.
  static let all: [BroughtWord] = layers + functions + training + python + notebooks + shells

  private static let byWord: [String: BroughtWord] = all.reduce(into: [:]) { table, row in
    for word in row.words { table[word] = row }
  }

  /// The row of a word: itself, what follows its last point, or the same in small letters.
  static func row(_ word: String) -> BroughtWord? {
    let last = word.split(separator: ".").last.map(String.init) ?? word
    for candidate in [word, last, last.lowercased()] {
      if let row = byWord[candidate] { return row }
    }
    // Whatever a shell or IPython would be told with it.
    return word.first.flatMap { "!%\\:".contains($0) ? byWord[String($0)] : nil }
  }

  /// Arguments that say nothing here.
  private static let ignored: Set<String> = ["device", "dtype", "inplace", "generator", "file"]

  /// Arguments that say nothing here where they have this value.
  private static let usual = ["name": "weight"]

  /// A cell with a statement's arguments in their places; nil where one is missing or has none.
  func fill(_ cell: String, with statement: ForeignStatement) -> String? {
    guard cell.contains("{"), !cell.contains("{ ") else { return cell }
    guard statement.isWhole else { return nil }
    var values: [String: String] = [:]
    var unused: Set<String> = []
    for (index, argument) in statement.arguments.enumerated() {
      let name =
        argument.key ?? (index < parameters.count ? parameters[index] : "\(index + 1)")
      values[name] = argument.value
      if let place = parameters.firstIndex(of: name) { values["\(place + 1)"] = argument.value }
      if !Self.ignored.contains(name), Self.usual[name] != argument.value { unused.insert(name) }
    }
    values["*"] = statement.arguments.map { ($0.key.map { "\($0)=" } ?? "") + $0.value }
      .joined(separator: " ")
    if let point = statement.word.lastIndex(of: "."), statement.isCall {
      values["self"] = String(statement.word[..<point])
    }
    var words: [String] = []
    for word in cell.split(separator: " ") {
      guard let open = word.firstIndex(of: "{"), let close = word.firstIndex(of: "}") else {
        words.append(String(word))
        continue
      }
      let name = String(word[word.index(after: open)..<close])
      if name == "*" { unused = [] }
      unused.remove(name)
      if let place = Int(name), place <= parameters.count { unused.remove(parameters[place - 1]) }
      guard let value = values[name], !value.isEmpty || name == "*" else {
        if word.hasSuffix("={\(name)}") { continue }
        return nil
      }
      words.append(word[..<open] + value + word[word.index(after: close)...])
    }
    return unused.isEmpty ? words.joined(separator: " ").trimmingBlanks : nil
  }
}
