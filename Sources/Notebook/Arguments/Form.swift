import Language

/// One way to call a command: its positional parameters in order.
public struct Form: Sendable {
  /// The parameters, in order; all of them must be given.
  public let positionals: [any AnyArgument]

  /// Whether the last one may be given more than once.
  public let repeatsLast: Bool

  init(_ positionals: any AnyArgument...) {
    self.positionals = positionals
    repeatsLast = false
  }

  /// One parameter, given once or more.
  init(repeating parameter: any AnyArgument) {
    positionals = [parameter]
    repeatsLast = true
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
    worksOnLayer && !forms.contains { $0.positionals.contains { $0.kind == .layer } }
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
  static var usageText: String {
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
  static var usageWords: [[String]] {
    forms.map { form in
      let more = form.repeatsLast ? ["…"] : []
      let words =
        [name] + form.positionals.map(Self.notation) + more
        + (takesLayerLast ? ["[LAYER]"] : []) + keywords.map { "[\($0.name)=…]" }
      let isLast = form.positionals.count == forms.last?.positionals.count
      return words + (hasValue && isLast ? ["[as NAME]"] : [])
    }
  }

  private static func notation(_ parameter: any AnyArgument) -> String {
    if case .choice(let words) = parameter.kind { return words.joined(separator: "|") }
    return parameter.name
  }
}
