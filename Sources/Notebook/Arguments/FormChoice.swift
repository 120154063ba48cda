import Language

// Which form of a command arguments are meant for, and what is wrong where none has room for them.
extension Call {
  /// The layer that stands after all other arguments, which is taken out of them.
  ///
  /// A name's kind decides whether it is meant as the layer; a word of the command wins over it.
  ///
  /// - Throws: ``Placed`` where a layer stands first.
  static func layer(
    takenFrom arguments: inout [ArgumentSyntax], _ forms: [Form], in syntax: CommandSyntax,
    _ isLayer: (ReferenceSyntax) -> Bool
  ) throws -> ReferenceSyntax? {
    func layer(_ argument: ArgumentSyntax?) -> ReferenceSyntax? {
      guard let argument, let found = try? reference(argument), isLayer(found) else { return nil }
      return found
    }
    guard let last = arguments.last else { return nil }
    let place = arguments.count - 1
    let isWord = forms.contains { form in
      guard form.positionals.indices.contains(place),
        case .choice(let words) = form.positionals[place].kind
      else { return false }
      return words.contains(last.value.word ?? "")
    }
    if !isWord, let found = layer(last) {
      arguments.removeLast()
      return found
    }
    let longest = forms.map(\.positionals.count).max() ?? 0
    if arguments.count > longest, let found = try? reference(last) {
      // No argument is left for it but the layer, which whoever looks it up will miss.
      arguments.removeLast()
      return found
    }
    if arguments.count > 1, layer(arguments.first) != nil, let first = arguments.first {
      let rest = arguments.dropFirst().map(\.value.quoted)
      throw Placed(
        error: ArgumentError.layerComesLast(
          first.value.quoted, call: [syntax.verb] + rest + [first.value.quoted]),
        range: first.range)
    }
    return nil
  }

  /// The error for more arguments than a form has room for: what may have been meant with them.
  static func surplus(
    _ arguments: [ArgumentSyntax], in syntax: CommandSyntax, _ form: Form,
    _ command: any CommandDescription.Type, usage: String
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
    if let error = blankInPair(argument, in: syntax, form, command) { return error }
    let text = argument.value.quoted
    return Placed(
      error: form.positionals.last?.kind == .file
        ? ArgumentError.blankInFile(text) : ArgumentError.surplus(text, usage: usage),
      range: argument.range)
  }

  /// The error for a whole number after the single one of a pair, which was to be its second.
  static func blankInPair(
    _ argument: ArgumentSyntax, in syntax: CommandSyntax, _ form: Form,
    _ command: any CommandDescription.Type
  ) -> Placed? {
    let before = syntax.arguments.prefix { $0.range.lowerBound < argument.range.lowerBound }
    guard let first = before.last, let rows = first.value.word, Int(rows) != nil,
      let columns = argument.value.word, Int(columns) != nil
    else { return nil }
    let place = before.count { $0.key == nil } - 1
    let parameter: (any AnyArgument)? =
      if let key = first.key {
        command.keywords.first { $0.name == key }
      } else {
        form.positionals.indices.contains(place) ? form.positionals[place] : nil
      }
    guard case .pair = parameter?.kind else { return nil }
    let pair = (first.key.map { $0 + "=" } ?? "") + "\(rows)x\(columns)"
    return Placed(
      error: ArgumentError.blankInPair(argument.value.quoted, pair: pair), range: argument.range)
  }

  /// Parentheses after a word make a stage of a network, which few commands take.
  static func checkParentheses(_ arguments: [ArgumentSyntax]) throws {
    for argument in arguments {
      guard case .stage(let stage, _, _) = argument.value else { continue }
      let isEmpty = stage.arguments.isEmpty
      throw Placed(
        error: SyntaxError.noParentheses(stage.verb, isEmpty: isEmpty),
        range: stage.range.lowerBound..<stage.verbRange.upperBound + 1)
    }
  }

  /// The form that the arguments are meant for: as many of them, or at least the first one fits.
  static func form(
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
    let nearest =
      roomy == nil && candidates.count > 1
      ? Form.words(near: first.value, among: candidates) : []
    if nearest.isEmpty,
      let form = roomy ?? longest ?? (candidates.count == 1 ? candidates.first : nil)
    {
      return form
    }
    throw Placed(
      error: ArgumentError.noForm(first.value.quoted, nearest: nearest, usage: usage()),
      range: first.range)
  }
}

extension Form {
  /// The words with which one of the forms begins that are near to what was written; none where it
  /// is one of them.
  static func words(near value: ValueSyntax, among forms: [Form]) -> [String] {
    guard let word = value.word, value.number == nil else { return [] }
    let words = forms.flatMap { form -> [String] in
      guard case .choice(let words) = form.positionals.first?.kind else { return [] }
      return words
    }
    return words.contains(word) ? [] : Spelling.nearest(to: word, among: words)
  }
}
