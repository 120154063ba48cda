import Language
import Running

/// A command's arguments, bound to its parameters and checked.
public struct Call {
  /// The command's syntax.
  let syntax: CommandSyntax
  private let bound: [String: ArgumentSyntax]
  /// What was given to a parameter that may be given more than once.
  private let repeated: [ArgumentSyntax]
  /// What was given where a value or a layer is wanted.
  let references: [ReferenceSyntax]
  /// The layer named after all other arguments, on which the command works.
  let layer: ReferenceSyntax?
  /// Whether a layer was named that the command works on.
  let namesLayer: Bool

  /// Binds arguments to a command's parameters: chooses the form, checks every value.
  ///
  /// - Parameters:
  ///   - syntax: the command as written.
  ///   - command: the command.
  ///   - forms: the ways to call it, if they are not the command's own.
  ///   - usage: these ways in words.
  ///   - isLayer: whether a reference stands for a layer.
  /// - Throws: ``Placed`` with the argument that is missing, surplus or wrong.
  init(
    _ syntax: CommandSyntax, to command: any CommandDescription.Type, forms: [Form]? = nil,
    usage: @autoclosure () -> String? = nil,
    isLayer: (ReferenceSyntax) -> Bool = { _ in false }
  ) throws {
    self.syntax = syntax
    let forms = Form.chosen(
      by: syntax.arguments.first { $0.key == nil }?.value, among: forms ?? command.forms)
    // Lists of the arguments are made while they are bound.
    try Memory.borrow(bytes: 3 * syntax.arguments.count * MemoryLayout<ArgumentSyntax>.stride)
    var bound: [String: ArgumentSyntax] = [:]
    var positionals: [ArgumentSyntax] = []
    for argument in syntax.arguments {
      try Cancellation.check()
      guard let key = argument.key else {
        positionals.append(argument)
        continue
      }
      guard command.keywords.contains(where: { $0.name == key }) else {
        if let advice = command.advice(onKey: key) {
          throw Placed(
            error: ArgumentError.keyNotHere(key, advice: advice), range: argument.range)
        }
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
    if !command.takesStages { try Self.checkParentheses(syntax.arguments) }
    layer =
      command.takesLayerLast && forms.contains(where: command.takesLayer(after:))
      ? try Self.layer(takenFrom: &positionals, forms, in: syntax, isLayer) : nil
    let form = try Self.form(
      for: positionals, among: forms, usage: usage() ?? command.usageText(of: forms))
    for (parameter, argument) in zip(form.positionals, positionals) {
      bound[parameter.name] = argument
    }
    namesLayer =
      layer != nil || form.positionals.contains { $0.kind == .layer && bound[$0.name] != nil }
    for (parameter, argument) in zip(form.positionals, positionals)
    where !parameter.fits(argument.value) {
      if let error = Self.blankInPair(argument, in: syntax, form, command) { throw error }
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
        positionals, in: syntax, form, command, usage: usage() ?? command.usageText(of: forms))
    }
    if positionals.count < form.positionals.count {
      throw Placed(
        error: ArgumentError.missing(
          form.positionals[positionals.count].name, usage: usage() ?? command.usageText(of: forms)),
        range: syntax.range.upperBound..<syntax.range.upperBound)
    }
    try Self.checkKeys(bound, form, command, at: syntax)
    if let name = syntax.name, !command.hasValue {
      throw Placed(error: ArgumentError.noValueToName, range: name.range)
    }
    self.bound = bound
    let given = try (form.positionals + command.keywords).compactMap { parameter in
      guard [.reference, .layer].contains(parameter.kind), let argument = bound[parameter.name]
      else { return nil as ReferenceSyntax? }
      return try Self.reference(argument)
    }
    // The first of what was repeated is bound as well.
    let more = try repeated.dropFirst().compactMap { try Self.reference($0) }
    references = given + more + (layer.map { [$0] } ?? [])
  }

  /// Refuses keys that do not go with the other arguments, and misses those that must.
  private static func checkKeys(
    _ bound: [String: ArgumentSyntax], _ form: Form, _ command: any CommandDescription.Type,
    at syntax: CommandSyntax
  ) throws {
    if let argument = syntax.arguments.first(where: { $0.key.map(form.takes) == false }),
      let key = argument.key
    {
      let others = command.forms.filter { $0.takes(key: key) }
      throw Placed(
        error: ArgumentError.keyOfOtherForm(key, usage: command.usageText(of: others)),
        range: argument.range)
    }
    if let key = form.neededKeys.first(where: { bound[$0] == nil }) {
      throw Placed(
        error: ArgumentError.missing("\(key)=", usage: command.usageText(of: [form])),
        range: syntax.range.upperBound..<syntax.range.upperBound)
    }
  }

  /// What an argument refers to; nil where it is no reference.
  static func reference(_ argument: ArgumentSyntax) throws -> ReferenceSyntax? {
    if let reference = argument.value.reference { return reference }
    guard case .word(let word) = argument.value, argument.value.number == nil else { return nil }
    return try Parser.reference(word, range: argument.range)
  }

  /// The argument for a required parameter, or the default of one that has it.
  ///
  /// - Throws: ``ArgumentError`` where neither is there.
  subscript<Value>(_ parameter: Argument<Value>) -> Value {
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
  /// - Throws: what reading it throws; ``init(_:to:forms:usage:)`` has found nothing to throw.
  subscript<Value>(optional parameter: Argument<Value>) -> Value? {
    get throws {
      guard let argument = bound[parameter.name] else { return nil }
      return try parameter.decode(argument.value, range: argument.range)
    }
  }

  /// All arguments of a parameter that may be given more than once.
  ///
  /// - Throws: what reading them throws; ``init(_:to:forms:usage:)`` has found nothing to throw.
  func all<Value>(_ parameter: Argument<Value>) throws -> [Value] {
    try repeated.map { try parameter.decode($0.value, range: $0.range) }
  }

  /// Whether a parameter was given.
  func has(_ parameter: some AnyArgument) -> Bool { bound[parameter.name] != nil }

  /// Gives an error the place of a parameter's argument.
  func placed(_ error: some Explained, at parameter: some AnyArgument) -> Error {
    Placed(error: error, range: bound[parameter.name]?.range ?? syntax.range)
  }

  /// Does something whose errors get the place of a parameter's argument.
  func placing<Result>(
    at parameter: some AnyArgument, _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch let error as any Explained {
      throw placed(error, at: parameter)
    }
  }

  /// Where a parameter's argument stands, or the whole command.
  func range(of parameter: some AnyArgument) -> SourceRange {
    bound[parameter.name]?.range ?? syntax.range
  }
}
