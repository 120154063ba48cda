import Tensors

/// A place in a cell's text: offsets into its UTF-8 bytes.
public typealias SourceRange = Range<Int>

/// One cell as the parser understood it.
public struct CellSyntax {
  /// Its commands, in order.
  public let commands: [CommandSyntax]
  /// Whether a trailing `;` hides the last value.
  public let isQuiet: Bool
}

/// One command as written: a verb with arguments, or a reference alone.
public struct CommandSyntax {
  /// What the command starts with.
  public enum Head {
    /// A word, its arguments still to be bound.
    case verb(String)
    /// A reference that is no verb's name, such as `grad[0]` or `m.weight`.
    case reference(ReferenceSyntax)
  }

  /// What it starts with.
  public let head: Head
  /// Where the head stands.
  public let headRange: SourceRange
  /// The arguments, in order.
  public let arguments: [ArgumentSyntax]
  /// The name behind `as`.
  public let name: NameSyntax?
  /// Where the whole command stands.
  public let range: SourceRange
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
  /// A nested list of numbers.
  case literal(Tensor)
  /// A reference with an index.
  case reference(ReferenceSyntax)
  /// A network's stage with its arguments: `conv(1, 20, 5)`.
  case stage(CommandSyntax)

  /// The value as an error message quotes it, cut where it is long.
  public var quoted: String {
    switch self {
    case .word(let word): "'\(word.shortened)'"
    case .string(let text): "\"\(text.shortened)\""
    case .literal: "a literal"
    case .reference: "a reference"
    case .stage: "a layer with parentheses"
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

extension String {
  /// The text, cut in the middle of nowhere but never long: for messages that quote input.
  var shortened: String {
    count <= 40 ? self : prefix(37) + "…"
  }

  /// Whether this is a letter and then letters, digits or `_`, all ASCII.
  var isIdentifier: Bool {
    guard let first = utf8.first, first.isLetter else { return false }
    return utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
  }
}

extension UInt8 {
  var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0d }
}
