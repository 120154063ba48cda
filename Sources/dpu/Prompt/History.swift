@preconcurrency import CReadline
import Notebook

/// The lines that were typed, kept across runs.
///
/// One file for all processes, to which each line is added as soon as it is entered, with a single
/// write: two notebooks at once lose nothing. A line feed inside a cell is written as `\n`.
struct History {
  /// The most that is kept, in bytes: tens of thousands of lines.
  private static let length = 1 << 20

  private let path: String?

  /// Loads the newest part of the file into readline.
  init() {
    using_history()
    path = StateFolder.make().map { $0 + "/history" }
    guard let path else { return }
    SharedFile.cut(path, to: Self.length)
    guard let text = try? TextFile.readTail(path, bytes: Self.length) else { return }
    for line in text.split(separator: "\n") { add_history(Self.decoded(line)) }
  }

  /// Adds what was entered, unless it is blank or the same as before.
  func add(_ text: String) {
    guard text.contains(where: { !$0.isWhitespace }) else { return }
    if let last = history_get(history_base + history_length - 1)?.pointee.line,
      String(cString: last) == text
    {
      return
    }
    add_history(text)
    // Longer than the file ever is, it would take the place of all others.
    guard let path, text.utf8.count < Self.length else { return }
    SharedFile.append(Self.encoded(text) + "\n", to: path)
  }

  private static func encoded(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x0a || $0 == UInt8(ascii: "\\") }) else { return text }
    return text.flatMap { character -> String in
      switch character {
      case "\\": "\\\\"
      case "\n": "\\n"
      default: String(character)
      }
    }.reduce(into: "") { $0.append($1) }
  }

  private static func decoded(_ line: some StringProtocol) -> String {
    guard line.utf8.contains(UInt8(ascii: "\\")) else { return String(line) }
    var result = ""
    var isEscaped = false
    for character in line {
      if isEscaped {
        result.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
