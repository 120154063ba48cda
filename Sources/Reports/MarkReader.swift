/// Reads the marks of a ``MarkedText`` in one pass: what opens waits on a stack, and what closes it
/// turns both into marks; the rest stays text.
struct MarkReader {
  /// One to three of the same mark.
  private struct Run: Hashable {
    let character: Character
    let count: Int

    /// What it makes of a text; nil where it is none of the marks that are read. Two low lines are
    /// Python's: `__init__`.
    var mark: MarkedText.Mark? {
      switch (character, count) {
      case ("*", 1), ("_", 1): .emphasis
      case ("*", 2): .strength
      case ("*", 3): .both
      default: nil
      }
    }
  }

  /// A mark that may be closed, and the piece that it is until then.
  private struct Opener {
    /// Nil for a bracket.
    let run: Run?
    let piece: Int
  }

  private let characters: [Character]
  private var position = 0
  private var pieces: [MarkedText.Piece] = []
  /// Text that is no piece yet.
  private var pending = ""
  private var openers: [Opener] = []
  /// The places of brackets among the openers that may begin a link.
  private var brackets: [Int] = []
  /// How many openers there are of each kind: nobody looks for one in vain.
  private var waiting: [Run: Int] = [:]
  /// Where runs of backquotes begin, by their length, the last one first.
  private var backquotes: [Int: [Int]] = [:]

  private init(_ text: String) {
    characters = Array(text)
    var place = characters.count
    while place > 0 {
      place -= 1
      guard characters[place] == "`" else { continue }
      let end = place
      while place > 0, characters[place - 1] == "`" { place -= 1 }
      backquotes[end - place + 1, default: []].append(place)
    }
  }

  /// The pieces of a text; those of text are not empty.
  static func pieces(of text: String) -> [MarkedText.Piece] {
    var reader = MarkReader(text)
    while reader.position < reader.characters.count { reader.readNext() }
    reader.endText()
    return reader.pieces
  }

  private mutating func readNext() {
    let character = characters[position]
    switch character {
    case "\\":
      guard let next = peek(position + 1), "\\`*_[]".contains(next) else { break }
      pending.append(next)
      position += 2
      return
    case "`": return readCode(length(at: position))
    case "*", "_":
      return readRun(Run(character: character, count: length(at: position)))
    case "[":
      brackets.append(openers.count)
      open("[", nil)
      position += 1
      return
    case "]":
      if let place = brackets.popLast(), let (address, end) = address(at: position + 1) {
        return link(openedAt: place, to: address, end: end)
      }
    default: break
    }
    pending.append(character)
    position += 1
  }

  private func peek(_ place: Int) -> Character? {
    characters.indices.contains(place) ? characters[place] : nil
  }

  /// How often the character at a place stands there in a row.
  private func length(at place: Int) -> Int {
    characters[place...].prefix { $0 == characters[place] }.count
  }

  private mutating func endText() {
    if !pending.isEmpty { pieces.append(.text(pending)) }
    pending = ""
  }

  private mutating func readCode(_ length: Int) {
    let start = position + length
    while let place = backquotes[length]?.last, place < start { backquotes[length]?.removeLast() }
    guard let end = backquotes[length]?.last else {
      pending += String(repeating: "`", count: length)
      position = start
      return
    }
    endText()
    var code = String(characters[start..<end].map { $0.isNewline ? " " : $0 })
    // One blank within lets code begin or end with a backquote.
    if code.hasPrefix(" "), code.hasSuffix(" "), code.contains(where: { $0 != " " }) {
      code = String(code.dropFirst().dropLast())
    }
    pieces.append(.code(code))
    position = end + length
  }

  // MARK: Emphasis

  private mutating func readRun(_ run: Run) {
    let text = String(repeating: run.character, count: run.count)
    let (before, after) = (peek(position - 1), peek(position + run.count))
    position += run.count
    if let mark = run.mark, Self.closes(before, after), waiting[run, default: 0] > 0 {
      while let opener = popOpener() {
        guard opener.run == run else { continue }
        pieces[opener.piece] = .open(mark)
        break
      }
      endText()
      pieces.append(.close(mark))
    } else if run.mark != nil, Self.opens(before, after) {
      open(text, run)
      waiting[run, default: 0] += 1
    } else {
      pending += text
    }
  }

  private mutating func open(_ text: String, _ run: Run?) {
    endText()
    openers.append(Opener(run: run, piece: pieces.count))
    pieces.append(.text(text))
  }

  /// Takes the last opener; one that nothing has closed stays the text that it is.
  private mutating func popOpener() -> Opener? {
    guard let opener = openers.popLast() else { return nil }
    if let run = opener.run {
      waiting[run, default: 0] -= 1
    } else if brackets.last == openers.count {
      brackets.removeLast()
    }
    return opener
  }

  /// Whether a mark between two characters can open: not within a word, nor before a blank.
  private static func opens(_ before: Character?, _ after: Character?) -> Bool {
    guard let after, !after.isWhitespace else { return false }
    guard let before, !before.isWhitespace else { return true }
    return !before.isOfWord && (after.isOfWord || after == "`" || after == "[")
  }

  /// Whether it can close: not after a blank, nor within a word.
  private static func closes(_ before: Character?, _ after: Character?) -> Bool {
    guard let before, !before.isWhitespace else { return false }
    guard let after, !after.isWhitespace else { return true }
    return !after.isOfWord && !"\"'([{<".contains(before)
  }

  // MARK: Links

  private mutating func link(openedAt place: Int, to address: String, end: Int) {
    while openers.count > place, let opener = popOpener() {
      if openers.count == place { pieces[opener.piece] = .open(.link(address)) }
    }
    // No link lies within another one.
    brackets = []
    endText()
    pieces.append(.close(.link(address)))
    position = end
  }

  /// What a link may lead to.
  private static let schemes = ["https://", "http://", "mailto:"]

  /// An address in parentheses, and the place after them; nil where there is none that is safe.
  private func address(at start: Int) -> (String, end: Int)? {
    guard peek(start) == "(" else { return nil }
    var depth = 0
    for place in (start + 1)..<characters.count {
      switch characters[place] {
      case "(": depth += 1
      case ")" where depth > 0: depth -= 1
      case ")":
        let address = String(characters[(start + 1)..<place])
        let isSafe = Self.schemes.contains {
          address.count > $0.count && address.lowercased().hasPrefix($0)
        }
        return isSafe ? (address, place + 1) : nil
      // Nothing of this stands in an address, and what is looked at once is not looked at again.
      case let character where character.isWhitespace || "[]<>\"'`\\".contains(character):
        return nil
      default: break
      }
    }
    return nil
  }
}

extension Character {
  /// Whether it is a part of words and numbers.
  fileprivate var isOfWord: Bool { isLetter || isNumber }
}
