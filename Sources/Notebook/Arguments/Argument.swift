import Language
import Tensors

/// What a parameter takes, for help and completion.
public enum ArgumentKind: Equatable, Sendable {
  /// A whole number within bounds.
  case integer(ClosedRange<Int>)
  /// A whole number within bounds, or two of them: for rows and for columns; or one of these words.
  case pair(ClosedRange<Int>, orWords: [String] = [])
  /// A number.
  case number
  /// One of these words.
  case choice([String])
  /// A value: a name, an attribute, `_` or `Out[n]`.
  case reference
  /// The name of a layer.
  case layer
  /// A file.
  case file
  /// A command's verb.
  case verb
  /// The name of a lesson.
  case lesson
  /// A stage of a network.
  case stage
  /// A rule: an expression that is kept and not computed.
  case rule
  /// The name of a unit.
  case unit
}

/// One parameter of a command, whatever type its value has.
public protocol AnyArgument: Sendable {
  /// Its name as help shows it; for a keyword also what is written before `=`.
  var name: String { get }
  /// What it takes.
  var kind: ArgumentKind { get }
  /// Words that it takes besides what its kind says.
  var words: [String] { get }
  /// Whether a value as written could be meant for it; decides between forms of a command.
  func fits(_ value: ValueSyntax) -> Bool
  /// Reads a value, to find out whether it is right.
  ///
  /// - Throws: ``ArgumentError`` or a placed error.
  func check(_ value: ValueSyntax, range: SourceRange) throws
}

/// One parameter of a command: its name, what it takes, and how that is read.
struct Argument<Value>: AnyArgument {
  /// Its name as help shows it.
  public let name: String
  /// What it takes.
  public let kind: ArgumentKind
  /// Words that it takes besides what its kind says.
  public let words: [String]
  let defaultValue: (@Sendable () -> Value)?
  private let fitting: @Sendable (ValueSyntax) -> Bool
  private let decoding: @Sendable (ValueSyntax, SourceRange) throws -> Value

  init(
    _ name: String, kind: ArgumentKind, words: [String] = [],
    defaultValue: (@Sendable () -> Value)? = nil,
    fits: @escaping @Sendable (ValueSyntax) -> Bool,
    decode: @escaping @Sendable (ValueSyntax, SourceRange) throws -> Value
  ) {
    self.name = name
    self.kind = kind
    self.words = words
    self.defaultValue = defaultValue
    fitting = fits
    decoding = decode
  }

  public func fits(_ value: ValueSyntax) -> Bool { fitting(value) }

  public func check(_ value: ValueSyntax, range: SourceRange) throws {
    _ = try decode(value, range: range)
  }

  func decode(_ value: ValueSyntax, range: SourceRange) throws -> Value {
    try decoding(value, range)
  }

  /// The same parameter with a value for where it is not given.
  func defaulting(to value: @escaping @autoclosure @Sendable () -> Value) -> Argument {
    Argument(name, kind: kind, words: words, defaultValue: value, fits: fitting, decode: decoding)
  }
}

extension ValueSyntax {
  /// The word, if it is one, or a number or a text that was computed as one.
  var word: String? {
    switch self {
    case .word(let word): word
    case .evaluated(.scalar(let scalar), _): scalar.text
    case .evaluated(.text(let text), _): text
    default: nil
    }
  }

  /// Whether it is a word or a string.
  var isText: Bool { if case .string = self { true } else { word != nil } }

  /// The reference that it is, read as one; nil where it is none.
  var reference: ReferenceSyntax? {
    switch self {
    case .reference(let reference): reference
    case .expression(let expression, _): expression.reference
    default: nil
    }
  }

  /// The number a word stands for, if it does.
  var number: Double? { word.flatMap { Double(literal: $0) } }
}

extension Argument where Value == Int {
  /// A whole number within bounds.
  static func integer(_ name: String, _ range: ClosedRange<Int>) -> Argument {
    Argument(name, kind: .integer(range), fits: { $0.number != nil }) { value, _ in
      guard let word = value.word, let number = Double(literal: word) else {
        throw ArgumentError.notANumber(name, value.quoted)
      }
      guard let integer = Int(word) else {
        throw number == number.rounded() && number.magnitude > 1e15 && number.isFinite
          ? ArgumentError.outOfRange(name, range, word) : ArgumentError.notWhole(name, word)
      }
      guard range.contains(integer) else { throw ArgumentError.outOfRange(name, range, word) }
      return integer
    }
  }

  /// A size: a whole number from 1.
  static func size(_ name: String) -> Argument { integer(name, 1...Shape.elementLimit) }

  /// A count: a whole number from 0.
  static func count(_ name: String) -> Argument { integer(name, 0...Shape.elementLimit) }
}

extension Argument where Value == Double {
  /// A finite number from `minimum`.
  static func number(_ name: String, minimum: Double = -.infinity) -> Argument {
    Argument(name, kind: .number, fits: { $0.number != nil }) { value, _ in
      guard let number = value.number else {
        throw ArgumentError.notANumber(name, value.quoted)
      }
      guard number.isFinite else { throw ArgumentError.notFinite(name, value.word ?? "") }
      guard number >= minimum else {
        throw ArgumentError.belowMinimum(name, minimum, value.word ?? "")
      }
      return number
    }
  }

  /// A share: at least 0 and below 1.
  static func rate(_ name: String = "RATE") -> Argument {
    Argument(name, kind: .number, fits: { $0.number != nil }) { value, _ in
      guard let number = value.number else {
        throw ArgumentError.notANumber("the rate", value.quoted)
      }
      guard number >= 0, number < 1 else { throw ArgumentError.badRate(value.word ?? "") }
      return number
    }
  }
}

extension Argument where Value == String {
  /// One of a few words; `True`, `False` and `None` are `true`, `false` and `none`, and a hyphen is
  /// taken for `_`.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - words: the words.
  ///   - synonyms: words of other programs that mean one of these.
  /// - Returns: the parameter.
  static func choice(
    _ name: String, _ words: [String], synonyms: [String: String] = [:]
  ) -> Argument {
    @Sendable func chosen(_ value: ValueSyntax) -> String? {
      guard let word = value.word else { return nil }
      let spelled = ["True", "False", "None"].contains(word) ? word.lowercased() : word
      return [spelled, spelled.replacing("-", with: "_"), synonyms[spelled]].compactMap(\.self)
        .first(where: words.contains)
    }
    return Argument(name, kind: .choice(words), fits: { chosen($0) != nil }) { value, _ in
      guard let word = chosen(value) else {
        throw ArgumentError.notAChoice(name, words, value.quoted)
      }
      return word
    }
  }

  /// A file's path: a word, whose `~/` is the home folder, or a string.
  static func file(_ name: String = "FILE") -> Argument {
    Argument(name, kind: .file, fits: { $0.isText }) { value, _ in
      switch value {
      case .word(let path): return TextFile.expanded(path)
      case .string(let path): return path
      default: throw ArgumentError.notAFile(value.quoted)
      }
    }
  }

  /// The name of a lesson.
  static func lesson(_ name: String = "NAME") -> Argument {
    Argument(name, kind: .lesson, fits: { $0.isText }) { value, _ in
      switch value {
      case .word(let name), .string(let name): return name
      default: throw ArgumentError.notALesson(value.quoted)
      }
    }
  }

  /// The verb of a command, or anything that should be one.
  static func verb(_ name: String = "VERB") -> Argument {
    Argument(name, kind: .verb, fits: { $0.word != nil }) { value, _ in
      guard let word = value.word else { throw ArgumentError.notAVerb(value.quoted) }
      return word
    }
  }
}

extension Argument where Value == Bool {
  /// `true` or `false`, in any of their spellings.
  static func flag(_ name: String) -> Argument {
    let words = Argument<String>.choice(name, ["true", "false"])
    return Argument(name, kind: words.kind, fits: { $0.word != nil }) { value, range in
      try words.decode(value, range: range) == "true"
    }
  }
}

extension Argument where Value == ReferenceSyntax {
  /// A reference to a value.
  static func reference(_ name: String = "REFERENCE") -> Argument { reference(name, .reference) }

  /// The name of a layer.
  static func layer(_ name: String = "LAYER") -> Argument { reference(name, .layer) }

  private static func reference(_ name: String, _ kind: ArgumentKind) -> Argument {
    Argument(
      name, kind: kind,
      fits: { value in
        if value.reference != nil { return true }
        if case .word = value { return value.number == nil }
        return false
      },
      decode: { value, range in
        if let reference = value.reference { return reference }
        guard case .word(let word) = value else {
          throw ArgumentError.notAReference(value.quoted)
        }
        return try Parser.reference(word, range: range)
      })
  }
}
