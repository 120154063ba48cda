import Functions
import Tensors

/// A place in a cell's text: offsets into its UTF-8 bytes.
public typealias SourceRange = Range<Int>

/// One cell as the parser understood it.
public struct CellSyntax {
  /// Its statements, in order.
  public let statements: [StatementSyntax]
  /// Whether a trailing `;` hides the last value.
  public let isQuiet: Bool
  /// Whether a pasted tensor shows digits that float32 does not hold.
  public let losesDigits: Bool

  /// Makes a cell.
  public init(statements: [StatementSyntax], isQuiet: Bool = false, losesDigits: Bool = false) {
    self.statements = statements
    self.isQuiet = isQuiet
    self.losesDigits = losesDigits
  }

  /// The command that the cell consists of, if it is one.
  public var soleCommand: CommandSyntax? { statements.count == 1 ? statements[0].command : nil }

  /// The cell's text without the words `time`, which ask for something about it.
  public func withoutTime(_ source: String) -> String {
    let times = statements.compactMap(\.time)
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

/// One statement: a command, an expression or a loop, perhaps with something that its value is
/// given to.
public struct StatementSyntax {
  /// What a statement is.
  public enum Content {
    /// A verb with arguments.
    case command(CommandSyntax)
    /// A value to be computed.
    case expression(Expression)
    /// Statements that are run again and again.
    case loop(LoopSyntax)
  }

  /// What it is.
  public let content: Content
  /// What stands before `=`.
  public let target: TargetSyntax?
  /// The name after `as`.
  public let name: NameSyntax?
  /// Where the whole statement stands.
  public let range: SourceRange
  /// Where the word `time` stands before it, up to the statement.
  public internal(set) var time: SourceRange?

  /// The command, if it is one.
  public var command: CommandSyntax? {
    if case .command(let command) = content { command } else { nil }
  }
}

/// What a value is given to: `x =`, `m.weight[0] =`.
public enum TargetSyntax {
  /// A name.
  case name(NameSyntax)
  /// A layer's weight, bias or mask, or the input, whole or a part of it.
  case part(ReferenceSyntax, indices: [IndexSyntax]?)

  /// Where it stands.
  public var range: SourceRange {
    switch self {
    case .name(let name): name.range
    case .part(let reference, let indices):
      reference.range.lowerBound..<(indices?.last?.range ?? reference.range).upperBound
    }
  }
}

/// One command as written: a verb with arguments.
public struct CommandSyntax {
  /// The verb, its arguments still to be bound.
  public let verb: String
  /// Where the verb stands.
  public let verbRange: SourceRange
  /// The arguments, in order.
  public let arguments: [ArgumentSyntax]
  /// The name that its value is given.
  public let name: NameSyntax?
  /// Where the whole command stands.
  public let range: SourceRange

  /// Makes a command.
  public init(
    verb: String, verbRange: SourceRange, arguments: [ArgumentSyntax] = [], name: NameSyntax? = nil,
    range: SourceRange
  ) {
    self.verb = verb
    self.verbRange = verbRange
    self.arguments = arguments
    self.name = name
    self.range = range
  }

  /// The same command with other arguments.
  public func replacing(_ arguments: [ArgumentSyntax]) -> CommandSyntax {
    CommandSyntax(
      verb: verb, verbRange: verbRange, arguments: arguments, name: name, range: range)
  }
}

/// Statements that are run again and again.
public struct LoopSyntax {
  /// What the turns are.
  public enum Turns {
    /// `repeat 50`.
    case count(ArgumentSyntax)
    /// `for NAME in …`.
    case values(NameSyntax, [ArgumentSyntax])
  }

  /// What the turns are.
  public let turns: Turns
  /// What is run in each turn.
  public let body: [StatementSyntax]
  /// The values of the list that each turn ends with, as they are written; none where it ends with
  /// something else.
  public let columns: [String]
}

/// A name that a value is to be given.
public struct NameSyntax {
  /// The name as written.
  public let text: String
  /// Where it stands.
  public let range: SourceRange

  /// Makes a name.
  public init(text: String, range: SourceRange) { (self.text, self.range) = (text, range) }
}

/// One argument: `value` or `key=value`.
public struct ArgumentSyntax {
  /// The key before `=`, if there is one.
  public let key: String?
  /// What is given.
  public let value: ValueSyntax
  /// Where the whole argument stands.
  public let range: SourceRange

  /// Makes an argument.
  public init(key: String? = nil, value: ValueSyntax, range: SourceRange) {
    (self.key, self.value, self.range) = (key, value, range)
  }
}

/// A value as written; which kind of value a word is depends on who takes it.
public enum ValueSyntax {
  /// A bare word: a number, a name, a choice, a file.
  case word(String)
  /// A quoted string.
  case string(String)
  /// A nested list of numbers, or a tensor as it is printed.
  case literal(LiteralSyntax)
  /// A reference with an index.
  case reference(ReferenceSyntax)
  /// A value to be computed, and its text: in parentheses, a method's result, a tuple.
  case expression(Expression, written: String)
  /// A word with arguments in parentheses: a network's stage, `conv(1, 20, 5)`, or a function's
  /// value, where it can be read as one; and its text.
  case stage(CommandSyntax, orExpression: Expression?, written: String)
  /// What a name or an expression holds, for those who know; and how it is written.
  case evaluated(Datum, written: String)

  /// The value as an error message quotes it, cut where it is long.
  public var quoted: String {
    switch self {
    case .word(let word): "'\(word.shortened)'"
    case .string(let text): "\"\(text.shortened)\""
    case .literal: "a literal"
    case .reference: "a reference"
    case .expression(_, let written): written.shortened
    case .stage: "a word with parentheses"
    case .evaluated(.scalar(let scalar), _): "'\(scalar.text)'"
    case .evaluated(.tensor(let tensor), _): Datum.tensor(tensor).kind
    case .evaluated(_, let written): written.shortened
    }
  }
}

/// A nested list of numbers as written out, or a tensor as it is printed.
public struct LiteralSyntax {
  /// The numbers.
  public let numbers: NumberList
  /// The first two numbers as they are written, where they are typed out: sizes must be whole.
  public let written: [String]
  /// Whether it stands as PyTorch prints it: it has a type of its own then.
  public let isPrinted: Bool
  /// Whether the printed tensor is one whose gradient is wanted: `requires_grad=True`.
  public let requiresGradient: Bool

  /// The values in float32.
  public var tensor: Tensor { numbers.tensor }

  /// Makes a literal.
  public init(
    _ tensor: Tensor, integers: IntegerTensor? = nil, areBooleans: Bool = false,
    written: [String] = [], isPrinted: Bool = false, requiresGradient: Bool = false
  ) {
    numbers = NumberList(tensor, integers: integers, areBooleans: areBooleans)
    self.written = written
    self.isPrinted = isPrinted
    self.requiresGradient = requiresGradient
  }
}

/// A reference: where it starts, and the members from there.
public struct ReferenceSyntax {
  /// Where a reference starts.
  public enum Base: Equatable, Sendable {
    /// A name, or an attribute of the current layer or the session.
    case name(String)
    /// `_`, the last displayed value.
    case last
    /// `Out[n]`.
    case out(Int)
  }

  /// What is taken of the value so far.
  public enum Member: Equatable, Sendable {
    /// `.attribute`.
    case attribute(String)
    /// `[i, j]`, negative ones from the end.
    case index([Int])
  }

  /// Where it starts.
  public let base: Base
  /// The members, in order, each with its place.
  public internal(set) var members: [(member: Member, range: SourceRange)]
  /// Where the base stands.
  public let baseRange: SourceRange
  /// Where the whole reference stands.
  public internal(set) var range: SourceRange

  /// Makes a reference.
  public init(
    base: Base, members: [(member: Member, range: SourceRange)] = [], baseRange: SourceRange,
    range: SourceRange
  ) {
    self.base = base
    self.members = members
    self.baseRange = baseRange
    self.range = range
  }

  /// The name that it consists of, if it is one.
  public var name: String? {
    if case .name(let name) = base, members.isEmpty { name } else { nil }
  }

  /// The same without its last members.
  public func dropping(_ count: Int) -> ReferenceSyntax {
    let kept = Array(members.dropLast(count))
    return ReferenceSyntax(
      base: base, members: kept, baseRange: baseRange,
      range: range.lowerBound..<(kept.last?.range ?? baseRange).upperBound)
  }

  /// Goes on with one more member.
  ///
  /// - Parameters:
  ///   - member: what is taken of the value so far.
  ///   - end: where it ends.
  public mutating func append(_ member: Member, upTo end: Int) {
    members.append((member, range.upperBound..<end))
    range = range.lowerBound..<end
  }

  /// The reference as it is written.
  public var text: String {
    let start =
      switch base {
      case .name(let name): name
      case .last: "_"
      case .out(let number): "Out[\(number)]"
      }
    return members.reduce(start) { text, part in
      switch part.member {
      case .attribute(let name): "\(text).\(name)"
      case .index(let indices): "\(text)[\(indices.map(String.init).joined(separator: ", "))]"
      }
    }
  }
}
