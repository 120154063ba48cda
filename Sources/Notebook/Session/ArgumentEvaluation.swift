import Functions
import Language
import Running
import Tensors

// What commands are given: names of numbers and expressions become their values, where the
// command's parameters take such values.

extension Evaluation {
  /// The command with what its arguments hold in the place of how that is written.
  ///
  /// An expression is computed once, here. A name or a reference stays what it is, for commands want
  /// to know whose value it is, except where a number, a word or a pair is wanted and it holds one.
  ///
  /// - Throws: ``Placed``, `Cancelled`.
  mutating func evaluated(
    _ syntax: CommandSyntax, for command: any CommandDescription.Type
  ) throws -> CommandSyntax {
    guard !syntax.arguments.isEmpty else { return syntax }
    return try computed(syntax, for: command, forms: command.forms) ?? syntax
  }

  /// The same, nil where there is nothing to compute: a network of 100,000 stages is not copied then.
  private mutating func computed(
    _ syntax: CommandSyntax, for command: any CommandDescription.Type, forms: [Form]
  ) throws -> CommandSyntax? {
    var values: [Int: ValueSyntax] = [:]
    var place = 0
    for (index, argument) in syntax.arguments.enumerated() {
      try Cancellation.check()
      let kinds: [ArgumentKind]
      if let key = argument.key {
        let keywords = command.keywords.filter { $0.name == key }
        // A word in quotes is the word, as it is where a name holds it.
        if case .string(let text) = argument.value, keywords.contains(where: \.takesWords) {
          values[index] = .word(text)
          continue
        }
        kinds = keywords.map(\.kind)
      } else {
        kinds = forms.compactMap { form in
          form.positionals.indices.contains(place)
            ? form.positionals[place].kind : form.repeatsLast ? form.positionals.last?.kind : nil
        }
        place += 1
      }
      values[index] = try computed(argument, kinds)
    }
    guard !values.isEmpty else { return nil }
    return syntax.replacing(
      syntax.arguments.enumerated().map { index, argument in
        guard let value = values[index] else { return argument }
        return ArgumentSyntax(key: argument.key, value: value, range: argument.range)
      })
  }

  /// A comparison of the gradient that is not there yet, where its zeros are asked for: Python's == says
  /// False of None, which no command takes.
  private mutating func checkComparison(_ expression: Expression, _ datum: Datum) throws {
    guard case .scalar(.boolean) = datum,
      case .binary(let symbol, let first, let second, _) = expression.kind,
      [.equal, .notEqual].contains(symbol)
    else { return }
    for operand in [first, second] {
      guard let reference = operand.reference, case .none? = try resolve(reference).datum
      else { continue }
      throw Placed(
        error: NameError.notATensor(reference.text, kind: "None"), range: operand.range)
    }
  }

  /// What an argument holds, nil where it stays as it is written.
  private mutating func computed(
    _ argument: ArgumentSyntax, _ kinds: [ArgumentKind]
  ) throws -> ValueSyntax? {
    let isStage = kinds.contains(.stage)
    // A rule is computed where it is used.
    if kinds.contains(.rule) { return nil }
    switch argument.value {
    case .expression(let expression, let written):
      guard !isStage else { return nil }
      // Somebody wants to know whose value it is.
      if kinds.contains(.layer), expression.reference != nil { return nil }
      if kinds.contains(.reference), let place = try place(expression) { return .reference(place) }
      let datum = try datum(of: expression)
      if kinds.contains(.reference) { try checkComparison(expression, datum) }
      return .evaluated(Self.number(in: datum, for: kinds) ?? datum, written: written)
    case .stage(let stage, let expression, let written):
      if isStage {
        guard let command = CommandTable.stageCommands.first(where: { $0.name == stage.verb }),
          let stage = try computed(stage, for: command, forms: command.stageForms)
        else { return nil }
        return .stage(stage, orExpression: expression, written: written)
      }
      guard let expression else { return nil }
      return .evaluated(try datum(of: expression), written: written)
    case .word(let word):
      guard kinds.contains(where: \.wantsNumber), argument.value.number == nil,
        !kinds.contains(where: { $0.knows(word) }),
        let reference = try? Parser.reference(word, range: argument.range),
        case .name(let name) = reference.base, session.names[name] != nil, !isLayer(reference)
      else { return nil }
      return try held(reference, kinds).map { .evaluated($0, written: word) }
    case .reference(let reference):
      guard kinds.contains(where: \.wantsNumber), !isLayer(reference) else { return nil }
      return try held(reference, kinds).map { .evaluated($0, written: reference.text) }
    case .literal(let literal) where literal.isPrinted && literal.tensor.count == 1:
      let datum = Datum.tensor(try literal.numbers.typed())
      guard case .scalar(let scalar)? = Self.number(in: datum, for: kinds) else { return nil }
      return .evaluated(.scalar(scalar), written: scalar.text)
    case .string, .literal, .evaluated: return nil
    }
  }

  /// What a tensor of one element holds, where a number is wanted and no tensor can be meant.
  private static func number(in datum: Datum, for kinds: [ArgumentKind]) -> Datum? {
    guard case .tensor(let tensor) = datum, kinds.contains(where: \.wantsNumber),
      !kinds.contains(.reference)
    else { return nil }
    return tensor.item.map { .scalar($0) }
  }

  /// An element that is told by names of whole numbers as one that is told by the numbers:
  /// `grad[i, 0]`; nil for anything else.
  private func place(_ expression: Expression) throws -> ReferenceSyntax? {
    guard case .index(let owner, let indices) = expression.kind,
      var reference = try owner.reference ?? place(owner)
    else { return nil }
    var numbers: [Int] = []
    for index in indices {
      guard case .value(let expression) = index.kind else { return nil }
      switch expression.kind {
      case .scalar(.integer(let number)): numbers.append(number)
      case .reference(let held):
        guard let number = try resolve(held).datum?.wholeNumber else { return nil }
        numbers.append(number)
      default: return nil
      }
    }
    reference.append(.index(numbers), upTo: expression.range.upperBound)
    return reference
  }

  /// The number, word or pair that a reference holds; nil where it is something else.
  private func held(_ reference: ReferenceSyntax, _ kinds: [ArgumentKind]) throws -> Datum? {
    guard let datum = try resolve(reference).datum else { return nil }
    switch datum {
    case .scalar, .text, .tuple, .size: return datum
    // One without dimensions is a number even where a tensor may stand.
    case .tensor(let tensor) where !kinds.contains(.reference) || tensor.shape.rank == 0:
      return tensor.item.map { .scalar($0) }
    default: return nil
    }
  }
}

extension AnyArgument {
  /// Whether some words have a meaning of their own here.
  fileprivate var takesWords: Bool {
    switch kind {
    case .choice: true
    case .pair(_, let own): !(own + words).isEmpty
    default: !words.isEmpty
    }
  }
}

extension ArgumentKind {
  /// Whether it takes a number, a pair or a word, which a name can hold.
  fileprivate var wantsNumber: Bool {
    switch self {
    case .integer, .pair, .number, .choice: true
    case .reference, .layer, .file, .verb, .lesson, .stage, .rule, .unit: false
    }
  }

  /// Whether a word is one of its own, which wins over a name.
  fileprivate func knows(_ word: String) -> Bool {
    switch self {
    case .choice(let words), .pair(_, orWords: let words): words.contains(word)
    default: false
    }
  }
}
