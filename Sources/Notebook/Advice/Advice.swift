import Functions
import Language

/// What to type for a statement that cannot be run: in the notebook's words, and only where that can
/// be read and has all its arguments.
struct Advice {
  let session: Session

  /// Better advice than a failure gives of itself; nil where there is none.
  ///
  /// - Parameters:
  ///   - failure: what went wrong.
  ///   - source: the cell.
  /// - Returns: a line that ends in what to type, with the reason above it where one is needed.
  func remedy(for failure: Diagnostic, in source: String) -> String? {
    if let remedy = TranscriptMark(in: source)?.remedy { return remedy }
    if let line = ProgramLine(source, { session.names[$0] != nil }) { return line.remedy }
    guard let start = failure.statement, start <= source.utf8.count else { return nil }
    let text = source.utf8.dropFirst(start)
    if let remedy = remedy(callingAfterBlanks: text) { return remedy }
    switch failure.cause {
    case SyntaxError.noParentheses(let word, let isEmpty)?:
      // A word with parentheses may also be an argument.
      let call = source.utf8.dropFirst(failure.range.lowerBound)
      return remedy(ForeignStatement(text)) ?? remedy(ForeignStatement(call))
        ?? remedy(calling: word, isEmpty: isEmpty)
    case ArgumentError.unknownKey(let key, _, _)?:
      return remedy(withoutKey: key, in: String(decoding: text, as: UTF8.self))
    case NameError.noSuchName(let name, _)?, NameError.unknownVerb(let name, _)?:
      return remedy(ForeignStatement(text)) ?? remedy(naming: name, in: text)
    case NameError.noSuchAttribute(_, "None", _)?: return nil
    case NameError.noSuchAttribute?:
      return remedy(ForeignStatement(text), isUnknown: true)
    case is any EvaluationError, is SyntaxError: return remedy(ForeignStatement(text))
    default: return nil
    }
  }

  /// What to type for a statement whose first word is unknown here and known elsewhere.
  private func remedy(_ statement: ForeignStatement, isUnknown: Bool = false) -> String? {
    if let cell = output(statement.word) ?? call(statement) {
      return "write: \(named(cell, statement))"
    }
    // A function that is called speaks for itself.
    let function = FunctionTable.function(Self.parts(statement.word).last)
    if statement.isCall, function != nil { return nil }
    // What is called with parentheses is none of the notebook's own.
    guard isUnknown || statement.isCall || !isKnown(statement.word),
      let row = BroughtWord.row(statement.word)
    else { return nil }
    let cell = cell(row, statement).map { named($0, statement) }
    guard let reason = row.reason else { return cell.map { "write: \($0)" } }
    return cell.map { "\(reason)\nwrite: \($0)" } ?? reason
  }

  /// A cell whose value gets the name that the statement would give it.
  private func named(_ cell: String, _ statement: ForeignStatement) -> String {
    guard let target = statement.target, target.isIdentifier else { return cell }
    let named = "\(target) = \(cell)"
    return isRunnable(named) ? named : cell
  }

  /// The first cell of a row that can be run.
  private func cell(_ row: BroughtWord, _ statement: ForeignStatement) -> String? {
    for cell in row.cells {
      if let filled = row.fill(cell, with: statement),
        filled == row.cells.last || isRunnable(filled)
      {
        return filled
      }
    }
    return nil
  }

  /// A statement in which a function's arguments stand after blanks.
  private func remedy(callingAfterBlanks text: some Collection<UInt8>) -> String? {
    BlankCall.readings(of: text) { session.names[$0] != nil }
      .first { datum(of: $0.call) != nil && isRunnable($0.cell) }
      .map { "\($0.reason)\nwrite: \($0.cell)" }
  }

  /// A function's name alone: with the sizes of the parameter that it would set, or its example.
  private func remedy(naming name: String, in text: some Collection<UInt8>) -> String? {
    guard let function = FunctionTable.function(name), function.spellings != .method else {
      return nil
    }
    let statement = ForeignStatement(text)
    var cell = named(function.example, statement)
    if statement.arguments.count == 1, statement.arguments[0].value == name,
      let sizes = datum(of: "\(statement.word).shape")?.wholeNumbers
    {
      let call = "\(name)(\(sizes.map(String.init).joined(separator: ", ")))"
      let filled = "\(statement.word) \(call)"
      if datum(of: call) != nil, isRunnable(filled) { cell = filled }
    }
    return "\(BlankCall.parentheses)\nwrite: \(cell)"
  }

  /// The value of an expression; nil where it has none.
  private func datum(of text: String) -> Datum? {
    guard let statement = try? Parser.parse(text).statements.first,
      case .expression(let expression) = statement.content
    else { return nil }
    var evaluation = Evaluation(session: session) { throw OutError.outNotYet($0) }
    return try? evaluation.datum(of: expression)
  }

  /// `Out[3]` for IPython's `_3`.
  private func output(_ word: String) -> String? {
    guard word.hasPrefix("_"), let number = Int(word.dropFirst()), number > 0 else { return nil }
    return "Out[\(number)]"
  }

  /// A verb, or a layer, that is called with parentheses.
  private func call(_ statement: ForeignStatement) -> String? {
    guard statement.isCall, statement.isWhole else { return nil }
    let arguments = statement.arguments.map { ($0.key.map { "\($0)=" } ?? "") + $0.value }
    let (path, word) = Self.parts(statement.word)
    let given = arguments.joined(separator: " ")
    var cells: [String] = []
    if case .layer? = session.names[statement.word] {
      cells = ["forward \(statement.word) input=\(given)", "forward \(statement.word)"]
    } else if CommandTable.verbs.contains(word) {
      let isModule = ["torch", "nn", "F", "functional", "torch.nn", "torch.nn.functional"]
        .contains(path)
      cells = ["\(word) \(given)"]
      if !path.isEmpty, !isModule { cells = ["\(word) \(path) \(given)", "\(word) \(given)"] }
      // An optimizer and a loss have no names here.
      if !path.isEmpty, arguments.isEmpty { cells += [word, "\(word) 0.1"] }
    }
    return cells.map(\.trimmingBlanks).first(where: isRunnable)
  }

  private static func parts(_ word: String) -> (path: String, last: String) {
    guard let point = word.lastIndex(of: ".") else { return ("", word) }
    return (String(word[..<point]), String(word[word.index(after: point)...]))
  }

  private func remedy(calling word: String, isEmpty: Bool) -> String {
    guard CommandTable.verbs.contains(word) else {
      return word == "Out" ? "write: Out[1]" : "help lists the commands"
    }
    return isEmpty ? "write: \(word)" : "write: \(word), then its arguments with blanks between"
  }

  /// The same command with a key's value alone, as its positional argument.
  private func remedy(withoutKey key: String, in text: String) -> String? {
    let statement = text.prefix { $0 != ";" && $0 != "#" }
    let cell = statement.replacing("\(key)=", with: "", maxReplacements: 1).trimmingBlanks
    return isRunnable(cell) ? "write: \(cell)" : nil
  }

  /// Whether a word means something here, alone or before a point.
  private func isKnown(_ word: String) -> Bool {
    let base = word.prefix { $0 != "." && $0 != "[" }
    return CommandTable.verbs.contains(word) || session.names[String(base)] != nil
      || LayerAttribute(rawValue: word) != nil
  }

  /// Whether a cell can be read, each command has its arguments, and what it names is there.
  private func isRunnable(_ cell: String) -> Bool {
    guard cell.utf8.count < 400, let syntax = try? Parser.parse(cell), !syntax.statements.isEmpty
    else { return false }
    var evaluation = Evaluation(session: session) { throw OutError.outNotYet($0) }
    return syntax.statements.allSatisfy { evaluation.canRun($0) }
  }
}

extension Evaluation {
  /// Whether a command has its arguments and what it names is there; carries nothing out.
  fileprivate mutating func canRun(_ statement: StatementSyntax) -> Bool {
    do {
      if let name = statement.name { try checkName(name) }
      switch statement.content {
      case .expression(let expression):
        guard let reference = expression.reference else { return true }
        _ = try resolve(reference)
        return true
      case .command(let syntax):
        guard let command = CommandTable.command(syntax.verb) else { return false }
        let call = try Call(try evaluated(syntax, for: command), to: command)
        for reference in call.references { _ = try resolve(reference) }
        return !command.takesStages || syntax.arguments.allSatisfy { $0.value.isStage }
      case .loop: return true
      }
    } catch {
      return false
    }
  }
}

extension ValueSyntax {
  /// Whether it begins as a stage of a network does.
  fileprivate var isStage: Bool {
    switch self {
    case .word(let word): CommandTable.stageVerbs.contains(word)
    case .stage(let call, _, _): CommandTable.stageVerbs.contains(call.verb)
    default: false
    }
  }
}
