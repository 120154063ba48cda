/// A command's arguments, bound to its parameters and checked.
public struct Call {
  /// The command's syntax.
  let syntax: CommandSyntax
  private let bound: [String: ArgumentSyntax]
  /// What was given to a parameter that may be given more than once.
  private let repeated: [ArgumentSyntax]

  /// Binds arguments to a command's parameters: chooses the form, checks every value.
  ///
  /// - Parameters:
  ///   - syntax: the command as written.
  ///   - command: the command.
  ///   - forms: the ways to call it, if they are not the command's own.
  ///   - usage: these ways in words.
  /// - Throws: ``Placed`` with the argument that is missing, surplus or wrong.
  init(
    _ syntax: CommandSyntax, to command: any CommandDescription.Type, forms: [Form]? = nil,
    usage: @autoclosure () -> String? = nil
  ) throws {
    self.syntax = syntax
    let forms = forms ?? command.forms
    var bound: [String: ArgumentSyntax] = [:]
    var positionals: [ArgumentSyntax] = []
    for argument in syntax.arguments {
      guard let key = argument.key else {
        positionals.append(argument)
        continue
      }
      guard command.keywords.contains(where: { $0.name == key }) else {
        let nearest = Spelling.nearest(to: key, among: command.keywords.map(\.name)).first
        throw Placed(
          error: ArgumentError.unknownKey(
            key, nearest: nearest, usage: usage() ?? command.usageText),
          range: argument.range)
      }
      guard bound.updateValue(argument, forKey: key) == nil else {
        throw Placed(error: ArgumentError.keyTwice(key), range: argument.range)
      }
    }
    let form = try Self.form(
      for: positionals, among: forms, usage: usage() ?? command.usageText)
    for (parameter, argument) in zip(form.positionals, positionals) {
      bound[parameter.name] = argument
    }
    for parameter in form.positionals + command.keywords {
      guard let argument = bound[parameter.name] else { continue }
      do {
        try parameter.check(argument.value, range: argument.range)
      } catch let error as any Explained {
        throw Placed(error: error, range: argument.range)
      }
    }
    repeated = form.repeatsLast ? Array(positionals.dropFirst(form.positionals.count - 1)) : []
    for argument in repeated {
      try form.positionals.last?.check(argument.value, range: argument.range)
    }
    // A wrong value is worth more than a wrong number of values, so values were looked at first.
    if positionals.count > form.positionals.count, !form.repeatsLast {
      throw Self.surplus(
        positionals, form, command, usage: usage() ?? command.usageText)
    }
    if positionals.count < form.positionals.count {
      throw Placed(
        error: ArgumentError.missing(
          form.positionals[positionals.count].name, usage: usage() ?? command.usageText),
        range: syntax.range.upperBound..<syntax.range.upperBound)
    }
    if let name = syntax.name, !command.hasValue {
      throw Placed(error: ArgumentError.noValueToName, range: name.range)
    }
    self.bound = bound
  }

  /// The error for more arguments than a form has room for: what may have been meant with them.
  private static func surplus(
    _ arguments: [ArgumentSyntax], _ form: Form, _ command: any CommandDescription.Type,
    usage: String
  ) -> Placed {
    let keys = command.keywords.map(\.name)
    if let index = arguments.firstIndex(where: { keys.contains($0.value.word ?? "") }),
      let key = arguments[index].value.word
    {
      let value = index + 1 < arguments.count ? arguments[index + 1].value.word : nil
      return Placed(
        error: ArgumentError.keyWithoutEquals(key, value: value ?? "…"),
        range: arguments[index].range)
    }
    let argument = arguments[form.positionals.count]
    let text = argument.value.quoted
    return Placed(
      error: form.positionals.last?.kind == .file
        ? ArgumentError.blankInFile(text) : ArgumentError.surplus(text, usage: usage),
      range: argument.range)
  }

  /// The form that the arguments are meant for: as many of them, or at least the first one fits.
  private static func form(
    for arguments: [ArgumentSyntax], among forms: [Form], usage: @autoclosure () -> String
  ) throws -> Form {
    guard let first = arguments.first else {
      return forms.min { $0.positionals.count < $1.positionals.count } ?? Form()
    }
    let candidates = forms.filter { !$0.positionals.isEmpty }
    guard !candidates.isEmpty else { return Form() }
    let fitting = candidates.filter { $0.positionals[0].fits(first.value) }
    // With too many arguments the longest form is meant: what it has no room for is surplus.
    let roomy = fitting.filter { $0.positionals.count >= arguments.count }
      .min { $0.positionals.count < $1.positionals.count }
    let longest = fitting.max { $0.positionals.count < $1.positionals.count }
    if let form = roomy ?? longest ?? (candidates.count == 1 ? candidates.first : nil) {
      return form
    }
    throw Placed(
      error: ArgumentError.noForm(first.value.quoted, usage: usage()),
      range: first.range)
  }

  /// The argument for a required parameter, or the default of one that has it.
  ///
  /// - Throws: ``ArgumentError`` where neither is there.
  subscript<Value>(_ parameter: Parameter<Value>) -> Value {
    get throws {
      if let value = try self[optional: parameter] { return value }
      guard let value = parameter.defaultValue?() else {
        throw ArgumentError.missing(parameter.name, usage: "")
      }
      return value
    }
  }

  /// The argument for a parameter, nil where it is not given.
  ///
  /// - Throws: what reading it throws; ``init(_:to:forms:)`` has found nothing to throw.
  subscript<Value>(optional parameter: Parameter<Value>) -> Value? {
    get throws {
      guard let argument = bound[parameter.name] else { return nil }
      return try parameter.decode(argument.value, range: argument.range)
    }
  }

  /// All arguments of a parameter that may be given more than once.
  ///
  /// - Throws: what reading them throws; ``init(_:to:forms:)`` has found nothing to throw.
  func all<Value>(_ parameter: Parameter<Value>) throws -> [Value] {
    try repeated.map { try parameter.decode($0.value, range: $0.range) }
  }

  /// Whether a parameter was given.
  func has(_ parameter: some AnyParameter) -> Bool { bound[parameter.name] != nil }

  /// Gives an error the place of a parameter's argument.
  func placed(_ error: some Explained, at parameter: some AnyParameter) -> Error {
    Placed(error: error, range: bound[parameter.name]?.range ?? syntax.range)
  }

  /// Where a parameter's argument stands, or the whole command.
  func range(of parameter: some AnyParameter) -> SourceRange {
    bound[parameter.name]?.range ?? syntax.range
  }
}
