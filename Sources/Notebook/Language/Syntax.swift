import Tensors

/// A place in a cell's text: offsets into its UTF-8 bytes.
public typealias SourceRange = Range<Int>

/// One cell as the parser understood it.
public struct CellSyntax {
  /// Its commands, in order.
  public let commands: [CommandSyntax]
  /// Whether a trailing `;` hides the last value.
  public let isQuiet: Bool
  /// Whether a pasted tensor shows digits that float32 does not hold.
  let losesDigits: Bool

  /// The cell's text without the words `time`, which ask for something about it.
  func withoutTime(_ source: String) -> String {
    let times = commands.compactMap(\.time)
    guard !times.isEmpty else { return source }
    let bytes = Array(source.utf8)
    var kept: [UInt8] = []
    var start = 0
    for range in times {
      kept += bytes[start..<range.lowerBound]
      start = range.upperBound
    }
    return String(decoding: kept + bytes[start...], as: UTF8.self).trimmingBlanks
  }
}

/// One command as written: a verb with arguments, or a value alone.
public struct CommandSyntax {
  /// What the command starts with.
  public enum Head {
    /// A word, its arguments still to be bound.
    case verb(String)
    /// A reference that is no verb's name, such as `grad[0]` or `m.weight`.
    case reference(ReferenceSyntax)
    /// A nested list of numbers, or a printed tensor.
    case literal(Tensor)
  }

  /// What it starts with.
  public let head: Head
  /// Where the head stands.
  public let headRange: SourceRange
  /// The arguments, in order.
  public let arguments: [ArgumentSyntax]
  /// The name after `as`.
  public let name: NameSyntax?
  /// Where the whole command stands.
  public let range: SourceRange
  /// Where the word `time` stands before it, up to the command.
  var time: SourceRange?
}

/// A name that a value is to be given.
public struct NameSyntax {
  /// The name as written.
  public let text: String
  /// Where it stands.
  public let range: SourceRange
}

/// One argument: `value` or `key=value`.
public struct ArgumentSyntax {
  /// The key before `=`, if there is one.
  public let key: String?
  /// What is given.
  public let value: ValueSyntax
  /// Where the whole argument stands.
  public let range: SourceRange
}

/// A value as written; which kind of value a word is depends on who takes it.
public enum ValueSyntax {
  /// A bare word: a number, a name, a choice, a file.
  case word(String)
  /// A quoted string.
  case string(String)
  /// A nested list of numbers; where it is typed out, the first ones also as they are written.
  case literal(Tensor, written: [String] = [])
  /// Words in parentheses: `(3, 5)`.
  case tuple([String])
  /// A reference with an index.
  case reference(ReferenceSyntax)
  /// A word with arguments in parentheses, such as a network's stage: `conv(1, 20, 5)`.
  case stage(CommandSyntax)

  /// The value as an error message quotes it, cut where it is long.
  public var quoted: String {
    switch self {
    case .word(let word): "'\(word.shortened)'"
    case .string(let text): "\"\(text.shortened)\""
    case .literal: "a literal"
    case .tuple(let words): "(\(words.joined(separator: ", ")))".shortened
    case .reference: "a reference"
    case .stage: "a word with parentheses"
    }
  }
}

/// A reference: where it starts, and the steps from there.
public struct ReferenceSyntax {
  /// Where a reference starts.
  public enum Base: Equatable {
    /// A name, or an attribute of the current layer or the session.
    case name(String)
    /// `_`, the last displayed value.
    case last
    /// `Out[n]`.
    case out(Int)
  }

  /// One step further.
  public enum Step: Equatable {
    /// `.attribute`.
    case attribute(String)
    /// `[i, j]`, negative ones from the end.
    case index([Int])
  }

  /// Where it starts.
  public let base: Base
  /// The steps, in order, each with its place.
  public let steps: [(step: Step, range: SourceRange)]
  /// Where the base stands.
  public let baseRange: SourceRange
  /// Where the whole reference stands.
  public let range: SourceRange
}
