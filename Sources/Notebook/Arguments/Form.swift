import Language

/// One way to call a command: its positional parameters in order, and its keys.
public struct Form: Sendable {
  /// The parameters, in order; all of them must be given.
  public let positionals: [any AnyArgument]

  /// Whether the last one may be given more than once.
  public let repeatsLast: Bool

  /// The keys that it must have.
  let neededKeys: [String]

  /// The keys that it may have besides; nil for all that the command has.
  private let otherKeys: [String]?

  /// Makes a form.
  ///
  /// - Parameters:
  ///   - positionals: the parameters, in order.
  ///   - keys: the keys that go with them; all that the command has, unless they are given.
  ///   - neededKeys: those that must be given besides.
  init(_ positionals: any AnyArgument..., keys: [String]? = nil, needing neededKeys: [String] = [])
  {
    self.positionals = positionals
    repeatsLast = false
    self.neededKeys = neededKeys
    otherKeys = keys
  }

  /// Parameters of which the last one is given once or more.
  init(
    _ positionals: any AnyArgument..., repeating parameter: any AnyArgument, keys: [String]? = nil
  ) {
    self.positionals = positionals + [parameter]
    repeatsLast = true
    neededKeys = []
    otherKeys = keys
  }

  /// Of many keys the first ones, which commands name first because they are the usual ones; of few
  /// all.
  static func usual(_ keys: [String]) -> [String] { keys.count > 7 ? Array(keys.prefix(3)) : keys }

  /// Whether a key goes with it.
  func takes(key: String) -> Bool { neededKeys.contains(key) || otherKeys?.contains(key) ?? true }

  /// The forms that a word of the command chooses, which wins over a name; all of them where the
  /// first argument is no such word.
  static func chosen(by first: ValueSyntax?, among forms: [Form]) -> [Form] {
    guard let first else { return forms }
    let chosen = forms.filter { form in
      guard let parameter = form.positionals.first, case .choice = parameter.kind else {
        return false
      }
      return parameter.fits(first)
    }
    return chosen.isEmpty ? forms : chosen
  }
}

/// What is common to all commands: the name, the parameters, and what help says.
public protocol CommandDescription: SendableMetatype {
  /// The verb.
  static var name: String { get }
  /// The ways to call it.
  static var forms: [Form] { get }
  /// The parameters given as `key=value`, all optional.
  static var keywords: [any AnyArgument] { get }
  /// Whether it works on the current layer where no other one is named.
  static var worksOnLayer: Bool { get }
  /// Whether it has a value that `as NAME` can name.
  static var hasValue: Bool { get }
  /// What it does, in one line.
  static var summary: String { get }
  /// What it does, at length: formulas, the rule of the gradient, what to know.
  static var details: String { get }
  /// What to type instead of a key that it does not have but somebody may well expect.
  static func advice(onKey key: String) -> String?
  /// A runnable example with its results, in the form of a session file's body.
  static var example: String { get }
}

extension CommandDescription {
  public static var forms: [Form] { [Form()] }
  public static var keywords: [any AnyArgument] { [] }
  public static var worksOnLayer: Bool { false }
  public static var hasValue: Bool { true }
  public static func advice(onKey key: String) -> String? { nil }

  /// Whether the layer that it works on may be named after all other arguments.
  static var takesLayerLast: Bool {
    worksOnLayer
      && !forms.contains { !$0.repeatsLast && $0.positionals.contains { $0.kind == .layer } }
  }

  /// Whether it may be named after the arguments of a form, which takes no layers itself.
  static func takesLayer(after form: Form) -> Bool {
    worksOnLayer && !form.positionals.contains { $0.kind == .layer }
  }

  /// The keys that go with a form.
  static func keywords(of form: Form) -> [any AnyArgument] {
    keywords.filter { form.takes(key: $0.name) }
  }

  /// Whether it takes stages of a network, whose arguments have parentheses.
  static var takesStages: Bool {
    forms.contains { $0.positionals.contains { $0.kind == .stage } }
  }

  /// How it is called, a form below the other: `mask`, `mask RATE`.
  public static var usage: String {
    usageWords.map { $0.joined(separator: " ") }.joined(separator: "\n")
  }

  /// The forms behind `usage: `, for an error's remedy: beside each other where they fit on a line
  /// of 80 columns, else below each other.
  static var usageText: String { usageText(of: forms) }

  /// The same for some of the forms.
  static func usageText(of forms: [Form]) -> String {
    let usageWords = usageWords(of: forms)
    let line = usageWords.map { $0.joined(separator: " ") }.joined(separator: "  |  ")
    let label = "usage: ".count
    guard label + line.count > Diagnostic.remedyWidth else { return line }
    let lines = usageWords.flatMap {
      FilledLines.lines(
        $0, width: Diagnostic.remedyWidth, indentation: label, hanging: label + 4)
    }
    return lines.joined(separator: "\n").trimmingBlanks
  }

  /// The words of each form; those that belong together are one.
  static var usageWords: [[String]] { usageWords(of: forms) }

  private static func usageWords(of forms: [Form]) -> [[String]] {
    forms.map { form in
      let more = form.repeatsLast ? ["…"] : []
      let keys = keywords(of: form)
      let words =
        [name] + form.positionals.map(Self.notation) + more
        + keys.filter { form.neededKeys.contains($0.name) }.map(Self.keyNotation)
        + (takesLayerLast && takesLayer(after: form) ? ["[LAYER]"] : [])
        + Self.optional(keys.filter { !form.neededKeys.contains($0.name) })
      let isLast = form.positionals.count == self.forms.last?.positionals.count
      return words + (hasValue && isLast ? ["[as NAME]"] : [])
    }
  }

  /// Keys that need not be given; of many the first ones.
  private static func optional(_ keys: [any AnyArgument]) -> [String] {
    let shown = Form.usual(keys.map(\.name))
    return keys.filter { shown.contains($0.name) }.map { "[\(keyNotation($0))]" }
      + (keys.count > shown.count ? ["…"] : [])
  }

  /// A key with the one word that it takes: `layers=all`; `stride=…` where it takes others.
  private static func keyNotation(_ parameter: any AnyArgument) -> String {
    if case .choice(let words) = parameter.kind, words.count == 1 {
      return "\(parameter.name)=\(words[0])"
    }
    return "\(parameter.name)=…"
  }

  private static func notation(_ parameter: any AnyArgument) -> String {
    if case .choice(let words) = parameter.kind { return words.joined(separator: "|") }
    return parameter.name
  }
}
