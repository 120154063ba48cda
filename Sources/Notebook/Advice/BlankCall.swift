import Functions
import Language

/// A function whose arguments stand after blanks, as a command's do: `input ones 2 3`.
struct BlankCall {
  /// The statement with the call in parentheses.
  let cell: String
  /// The call alone.
  let call: String
  /// What to know about it.
  let reason: String

  /// Why a word alone is not a value.
  static let parentheses = "a function is called with parentheses"

  /// Only a short statement is taken apart, and only what is computed in a moment is tried.
  private static let limit = (words: 24, bytes: 300, number: Double(1 << 24))

  /// What may be meant with a statement, best first: whoever tries them finds which can be computed.
  ///
  /// - Parameters:
  ///   - text: a cell's text from where the statement begins.
  ///   - isName: whether a word names a value, and so no function.
  /// - Returns: the readings; none where no function has blanks after it.
  static func readings(
    of text: some Collection<UInt8>, _ isName: (String) -> Bool
  ) -> [BlankCall] {
    let statement = text.prefix(limit.bytes + 1).prefix { !";#{}\"\n".utf8.contains($0) }
    guard statement.count <= limit.bytes else { return [] }
    let words = String(decoding: statement, as: UTF8.self).split(separator: " ").map(String.init)
    guard words.count > 1, words.count <= limit.words else { return [] }
    if let input = input(words) { return [input] }
    return words.indices.filter { !isName(words[$0]) }.flatMap { readings(at: $0, of: words) }
  }

  private static func readings(at index: Int, of words: [String]) -> [BlankCall] {
    let key = words[index].lastIndex(of: "=").map { words[index][...$0] } ?? ""
    let name = String(words[index].dropFirst(key.count))
    let bare = ["torch.", "F."].first { name.hasPrefix($0) }.map { name.dropFirst($0.count) }
    guard let function = FunctionTable.function(String(bare ?? name[...])),
      function.spellings != .method, index > 0 || !CommandTable.verbs.contains(name)
    else { return [] }
    let arguments = words[(index + 1)...].prefix { !$0.contains("=") && $0 != "as" }
    // A value that is run on stands after its key.
    let prefix = words[0] == ForwardCommand.name && key.isEmpty ? "input=" : key
    return arguments.indices.reversed().flatMap { last -> [BlankCall] in
      let given = words[(index + 1)...last]
      let isImage = words[0] == InputCommand.name && ["ones", "zeros", "arange"].contains(name)
      return calls(name, Array(given), isInput: words[0] == InputCommand.name).map { call in
        BlankCall(
          cell: (words[..<index] + [prefix + call] + words[(last + 1)...]).joined(separator: " "),
          call: call, reason: isImage ? imageSizes : parentheses)
      }
    }
  }

  private static let imageSizes = "an image has sizes C H W or N C H W; a value may have any"

  /// Sizes that are none of an image: `input 2 3`.
  private static func input(_ words: [String]) -> BlankCall? {
    let sizes = words.dropFirst().prefix { !$0.contains("=") }
    guard words[0] == InputCommand.name, !sizes.isEmpty, !(3...4).contains(sizes.count),
      sizes.allSatisfy({ Int($0) != nil }), isSmall(Array(sizes))
    else { return nil }
    let call = "randn(\(sizes.joined(separator: ", ")))"
    return BlankCall(
      cell: ([words[0], call] + words.dropFirst(sizes.count + 1)).joined(separator: " "),
      call: call, reason: imageSizes)
  }

  /// The ways in which a function may take its arguments.
  private static func calls(_ name: String, _ given: [String], isInput: Bool) -> [String] {
    let whole = given.joined(separator: " ")
    if whole.hasPrefix("("), whole.hasSuffix(")") { return [name + whole] }
    if whole.hasPrefix("["), whole.hasSuffix("]"), given.count > 1 { return ["\(name)(\(whole))"] }
    let values = given.flatMap { Self.values($0) }
    guard values.allSatisfy(isPlain), isSmall(values) else { return [] }
    func list(_ values: some Sequence<String>) -> String { values.joined(separator: ", ") }
    func tuple(_ values: some Collection<String>) -> String {
      "(\(list(values))\(values.count == 1 ? "," : ""))"
    }
    let numbers = values.compactMap { Int($0) }
    var calls = ["\(name)(\(list(values)))"]
    if isInput, name.hasSuffix("arange"), values.count > 1, numbers.count == values.count {
      // The command counts in all its sizes.
      calls = ["\(name)(\(numbers.reduce(1, *))).view(\(list(values)))"]
    }
    guard let first = values.first, let last = values.last, values.count > 1 else { return calls }
    calls.append("\(name)(\(tuple(values.dropLast())), \(last))")
    if values.count > 2 {
      calls.append("\(name)(\(first), \(values[1]), \(tuple(values.dropFirst(2))))")
    }
    calls.append("\(name)(\(first), \(tuple(values.dropFirst())))")
    return calls + ["\(name)([\(list(values))])"]
  }

  /// A word as values: without a comma after it, and `2x3` as two sizes.
  private static func values(_ word: String) -> [String] {
    let value = word.hasSuffix(",") ? String(word.dropLast()) : word
    let sizes = value.split(separator: "x", omittingEmptySubsequences: false)
    return sizes.count > 1 && sizes.allSatisfy { Int($0) != nil } ? sizes.map(String.init) : [value]
  }

  private static func isPlain(_ value: String) -> Bool {
    !value.isEmpty && value.allSatisfy { $0.isLetter || $0.isNumber || "_.-+[]:".contains($0) }
  }

  private static func isSmall(_ values: [String]) -> Bool {
    let numbers = values.compactMap { Double($0) }
    return numbers.allSatisfy { abs($0) <= limit.number }
      && numbers.reduce(1) { $0 * max(1, abs($1)) } <= limit.number
  }
}
