import Functions
import Language

/// Finds what could stand at the cursor: verbs, then what the verb's parameters take.
public struct Completer {
  private let references: ReferenceCompleter
  private let session: Session

  /// Makes a completer that knows a notebook's names and values.
  public init(_ notebook: Notebook) {
    session = notebook.session
    references = ReferenceCompleter(notebook)
  }

  /// What could stand at the cursor.
  ///
  /// - Parameters:
  ///   - text: the cell so far.
  ///   - cursor: the place in it, in UTF-8 bytes.
  /// - Returns: what begins with what was typed.
  public func completion(of text: String, cursor: Int) -> Completion {
    let place = CursorPlace(text.utf8.prefix(cursor))
    var completion = Completion()
    completion.start = place.wordStart
    guard !place.isInComment else { return completion }
    if place.stringStart == nil, let bracket = place.brackets.last {
      offer(in: bracket, place, &completion)
    } else {
      offer(at: place, &completion)
    }
    return completion
  }

  /// A verb, an argument, or what follows `KEY=`.
  private func offer(at place: CursorPlace, _ completion: inout Completion) {
    // What follows `time` is a cell of its own.
    let words = place.command.split(whereSeparator: \.isWhitespace)
    let times = words.prefix { $0 == TimeCommand.name }
    let before = place.command[(times.last?.endIndex ?? place.command.startIndex)...]
    guard let verb = words.dropFirst(times.count).first.map(String.init) else {
      guard place.expressionTail == place.word else { return offerValue(place, &completion) }
      completion.add(CommandTable.verbs + ["for", "repeat"], typed: place.word)
      offerValue(place, &completion)
      return completion.sort()
    }
    let statement = try? Parser.parse(String(before).trimmingBlanks).statements.last
    guard let command = CommandTable.command(verb), !place.goesOnWithAnOperator else {
      // A value can get a name, or be computed with.
      if let statement, statement.name == nil { completion.add(["as"], typed: place.word) }
      if place.goesOnWithAnOperator || place.expressionTail != place.word {
        offerValue(place, &completion)
      }
      return completion.sort()
    }
    completion.usage = command.usage
    guard let syntax = statement?.command, syntax.name == nil else { return }
    let argument = TypedArgument(place)
    if let key = argument.key {
      completion.start = argument.start
      if let parameter = command.keywords.first(where: { $0.name == key }) {
        offer(parameter, argument, &completion)
      }
      return completion.sort()
    }
    offer(command, syntax.arguments, argument, &completion)
  }

  /// What a value can begin with: names, what stands after a point, functions.
  private func offerValue(_ place: CursorPlace, _ completion: inout Completion) {
    let typed = place.expressionTail
    completion.start = place.end - typed.utf8.count
    completion.candidates += references.candidates(typed)
    // What the session has comes before what all sessions have.
    guard !typed.isEmpty, !typed.contains("."), completion.candidates.isEmpty else { return }
    completion.add(FunctionTable.names.map { $0 + "(" }, typed: typed, suffix: "")
  }

  /// What a command takes after the arguments that it already has.
  private func offer(
    _ command: any CommandDescription.Type, _ given: [ArgumentSyntax], _ argument: TypedArgument,
    _ completion: inout Completion
  ) {
    let values = given.filter { $0.key == nil }.map(\.value)
    let fitting = command.forms.filter { form in
      (values.count <= form.positionals.count || form.repeatsLast)
        && zip(form.positionals, values).allSatisfy { $0.fits($1) }
    }
    // A word of the command wins over a name.
    let forms = fitting.filter { form in
      zip(values.indices, form.positionals).allSatisfy { index, parameter in
        parameter.isChoice(of: values[index])
          || !fitting.contains {
            index < $0.positionals.count && $0.positionals[index].isChoice(of: values[index])
          }
      }
    }
    for form in forms where values.count < form.positionals.count || form.repeatsLast {
      let place = min(values.count, form.positionals.count - 1)
      offer(form.positionals[place], argument, &completion)
    }
    // Keys and a name follow where nothing is missing.
    let whole = forms.filter {
      values.count == $0.positionals.count
        || $0.repeatsLast && values.count > $0.positionals.count
    }
    guard argument.isBare, !completion.wantsFile, !whole.isEmpty else { return completion.sort() }
    let before = completion.candidates.count
    let keys = command.keywords.map(\.name).filter { name in
      !given.contains { $0.key == name } && whole.contains { $0.takes(key: name) }
    }
    // Of many keys the usual ones are shown, and the others where their letters are typed.
    let shown = argument.typed.isEmpty ? Form.usual(keys) : keys
    completion.add(shown.map { $0 + "=" }, typed: argument.typed, suffix: "")
    if command.takesLayerLast, whole.contains(where: command.takesLayer(after:)) {
      completion.candidates += references.layers(argument.typed)
    }
    if command.hasValue { completion.add(["as"], typed: argument.typed) }
    // Nothing needs to follow: what could is shown and not put in unasked.
    if completion.candidates.count > before { completion.isOpen = true }
    completion.sort()
  }

  private func offer(
    _ parameter: any AnyArgument, _ argument: TypedArgument, _ completion: inout Completion
  ) {
    let typed = argument.typed
    completion.add(parameter.words, typed: typed)
    switch parameter.kind {
    case .choice(let words): completion.add(words, typed: typed)
    case .verb: completion.add(CommandTable.verbs + Help.topics, typed: typed)
    case .lesson: completion.add(Lessons().all.map(\.name), typed: typed)
    case .layer:
      completion.candidates += references.layers(typed)
    case .reference:
      completion.candidates += references.candidates(typed)
    case .stage: completion.add(CommandTable.stageVerbs, typed: typed, suffix: "")
    case .file:
      completion.start = argument.start
      completion.candidates += PathCompleter.candidates(typed, isQuoted: !argument.isBare)
      completion.wantsFile = true
    case .pair(_, let words):
      completion.add(words, typed: typed)
      completion.isOpen = true
    case .unit: completion.add(session.unitNames, typed: typed)
    case .integer, .number, .rule: completion.isOpen = true
    }
  }

  /// Inside `Out[`, and inside the parentheses of a network's stage.
  private func offer(
    in bracket: CursorPlace.Bracket, _ place: CursorPlace, _ completion: inout Completion
  ) {
    let before = place.text(place.wordStart..<bracket.place)
    let inner = place.text(bracket.place + 1..<place.end)
    if bracket.byte == UInt8(ascii: "["), before.hasSuffix("Out") {
      completion.start = bracket.place - "Out".utf8.count
      completion.candidates = references.outputs("Out[" + inner)
      return
    }
    let name =
      before.split { !($0.isLetter || $0.isNumber || $0 == "_") }.last.map(String.init) ?? ""
    let isNetwork = place.command.split(whereSeparator: \.isWhitespace).first == "net"
    guard bracket.byte == UInt8(ascii: "("), before.hasSuffix(name), isNetwork,
      let stage = CommandTable.stageCommands.first(where: { $0.name == name })
    else {
      let function =
        bracket.byte == UInt8(ascii: "(") && !name.isEmpty && before.hasSuffix(name)
        ? FunctionTable.function(name) : nil
      return offer(in: function, place, &completion)
    }
    completion.usage = stage.stageUsage
    if stage.takesStages {
      let typed = String(inner.split(separator: " ", omittingEmptySubsequences: false).last ?? "")
      completion.start = place.end - typed.utf8.count
      return completion.add(CommandTable.stageVerbs, typed: typed, suffix: "")
    }
    let typed = String(inner.split(separator: ",", omittingEmptySubsequences: false).last ?? "")
      .trimmingBlanks
    completion.start = place.end - typed.utf8.count
    if let equals = typed.firstIndex(of: "=") {
      let value = String(typed[typed.index(after: equals)...])
      completion.start = place.end - value.utf8.count
      guard let key = stage.keywords.first(where: { $0.name == typed[..<equals] }),
        case .choice(let words) = key.kind
      else { return }
      completion.add(words, typed: value, suffix: "")
    } else {
      completion.isOpen = true
      completion.add(stage.keywords.map { $0.name + "=" }, typed: typed, suffix: "")
    }
  }
}

extension Completer {
  /// The arguments of a function, or another value within brackets.
  private func offer(
    in function: (any Function.Type)?, _ place: CursorPlace, _ completion: inout Completion
  ) {
    offerValue(place, &completion)
    guard let function else { return completion.sort() }
    completion.usage =
      function.signatures.map { "\(function.name)(\($0.text))" }.joined(separator: "\n")
    let keys = Set(function.signatures.flatMap(\.parameters).map(\.name)).subtracting(["input"])
    completion.add(keys.map { $0 + "=" }, typed: place.expressionTail, suffix: "")
    completion.isOpen = true
    completion.sort()
  }
}

/// The argument that the cursor is in.
private struct TypedArgument {
  /// The key before `=`, if there is one.
  let key: String?
  /// What was typed of the value, without quotation mark and escapes.
  let typed: String
  /// Where the value begins, its quotation mark included.
  let start: Int
  /// Whether it stands without quotation marks.
  let isBare: Bool

  init(_ place: CursorPlace) {
    let word = place.word
    let bare = word.prefix { $0 != "\"" }
    let equals = bare.firstIndex(of: "=")
    key = equals.map { String(word[..<$0]) }
    start = place.wordStart + (key.map { $0.utf8.count + 1 } ?? 0)
    isBare = place.stringStart == nil
    typed =
      place.stringStart.map { PathCompleter.unescaped(place.text($0 + 1..<place.end)) }
      ?? place.text(start..<place.end)
  }
}

extension AnyArgument {
  /// Whether a value is one of the words that this parameter knows.
  fileprivate func isChoice(of value: ValueSyntax) -> Bool {
    guard case .choice(let words) = kind, let word = value.word else { return false }
    return words.contains(word)
  }
}

extension Completion {
  /// Adds the words that begin with what was typed.
  fileprivate mutating func add(_ words: [String], typed: String, suffix: String = " ") {
    candidates += words.filter { $0.hasPrefix(typed) }.map { Candidate($0, suffix: suffix) }
  }

  /// Sorts, and says each thing once: the first of two that look the same stays.
  fileprivate mutating func sort() {
    var seen: Set<String> = []
    candidates = candidates.filter { seen.insert($0.text).inserted }.sorted { $0.text < $1.text }
  }
}
