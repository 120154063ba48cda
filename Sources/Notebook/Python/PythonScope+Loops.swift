import Functions
import Language
import Tensors

// Loops, in Python. Each command's lines are written for a state of the session, so a block is run
// for a few turns here: where it reads the same in all of them, it is the body of Python's loop.
extension PythonScope {
  /// What a loop's turns have given, in Python.
  private enum Collected: Equatable {
    /// Numbers of Python's.
    case numbers
    /// Tensors of one shape, without dimensions where they have one element.
    case tensors(Shape)
    /// Lists of numbers and of tensors of one element.
    case columns

    /// What a turn's value is, where so many turns were put together to the loop's value.
    init(_ value: Value?, of count: Int, stackedTo result: Value?) throws {
      let rank: Int
      switch value?.plain.datum {
      case .scalar: (self, rank) = (.numbers, 1)
      case .tensor(let tensor):
        let shape = tensor.shape.count == 1 ? [] : tensor.shape
        (self, rank) = (.tensors(shape), shape.rank + 1)
      case .list, .tuple: (self, rank) = (.columns, 2)
      default: throw NotInPython()
      }
      guard case .tensor(let whole)? = result?.plain.datum, whole.shape.rank == rank,
        whole.shape[0] == count
      else { throw NotInPython() }
    }

    /// What is kept of a turn's value.
    func kept(_ value: PythonValue) -> String {
      switch self {
      case .numbers: value.text
      case .tensors(let shape):
        "\(value.primary).detach()" + (shape.rank == 0 ? ".view(())" : "")
      case .columns:
        "torch.stack([torch.as_tensor(v).detach().view(()) for v in \(value.text)])"
      }
    }

    /// All turns' values as one tensor.
    func stacked(_ list: String) -> String {
      if case .numbers = self { "torch.tensor(\(list))" } else { "torch.stack(\(list))" }
    }
  }

  /// The lines of one turn, and the value that it ends with.
  private struct Body: Equatable {
    var lines: [String] = []
    var value: PythonValue?
  }

  /// The lines of a loop that has been run.
  ///
  /// - Parameters:
  ///   - loop: the loop.
  ///   - source: the cell's text.
  ///   - result: the loop's value.
  /// - Returns: the lines.
  /// - Throws: ``NotInPython`` where it has no turns or its turns do not read alike.
  mutating func code(
    for loop: LoopSyntax, in source: String, result: Value?
  ) throws -> PythonCode {
    let (outerBefore, outerAfter, isWanted) = (before, after, isValueWanted && result != nil)
    loopDepth += 1
    defer {
      (before, after) = (outerBefore, outerAfter)
      loopDepth -= 1
    }
    var trial = before
    let (count, turn) = try trial.turns(of: loop)
    let (header, variable) = try header(of: loop, in: source)
    var bodies: [Body] = []
    var collected: Collected?
    let first = commands
    for index in 0..<min(count, Self.trialTurns) {
      commands = first
      let turn = try turn(index)
      if let variable {
        trial.begin(turn, variable)
        if case .layer(let path) = turn { aliases[variable] = path }
      }
      var body = Body()
      var value: Value?
      for (place, statement) in loop.body.enumerated() {
        before = trial
        value = try trial.run(statement)
        after = trial.session
        isValueWanted = isWanted && place == loop.body.count - 1
        guard let code = try code(for: statement, in: source, result: value) else {
          throw NotInPython()
        }
        body.lines += code.statements
        body.value = code.value
      }
      if isWanted, variable != nil {
        let found = try Collected(value, of: count, stackedTo: result)
        guard collected ?? found == found else { throw NotInPython() }
        collected = found
      }
      bodies.append(body)
    }
    if let variable { aliases[variable] = nil }
    guard let steady = bodies.last, bodies.dropFirst().allSatisfy({ $0 == steady }) else {
      throw NotInPython()
    }
    adoptMakers(from: trial.session, to: outerAfter)
    let isAlike = bodies[0] == steady
    guard isAlike || variable == nil else { throw NotInPython() }
    // The first turn of `repeat` may find less than the others: no input, say.
    var statements = isAlike ? [] : bodies[0].lines
    let turns = isAlike ? header : "for _ in range(\(count - 1)):"
    guard isWanted, let value = steady.value else {
      return PythonCode(statements + [Self.block(turns, steady.lines)])
    }
    guard let collected else {
      let last = unused("value")
      statements += isAlike ? [] : ["\(last) = \(value.kept)"]
      statements.append(Self.block(turns, steady.lines + ["\(last) = \(value.kept)"]))
      return PythonCode(statements, value: PythonValue(last))
    }
    let list = unused("values")
    statements += [
      "\(list) = []",
      Self.block(turns, steady.lines + ["\(list).append(\(collected.kept(value)))"]),
    ]
    return PythonCode(statements, value: PythonValue(collected.stacked(list)))
  }

  /// So many turns are looked at.
  private static let trialTurns = 3

  /// Lines below a line that ends in a colon.
  static func block(_ header: String, _ lines: [String]) -> String {
    let lines = lines.isEmpty ? ["pass"] : lines
    return ([header] + lines.joined(separator: "\n").lines.map { "    \($0)" })
      .joined(separator: "\n")
  }

  // MARK: Turns

  /// Python's line above the block, and the name that each turn's value gets.
  private mutating func header(
    of loop: LoopSyntax, in source: String
  ) throws -> (line: String, variable: String?) {
    switch loop.turns {
    case .count(let argument):
      return ("for _ in range(\(try python(argument, in: source))):", nil)
    case .values(let name, let arguments):
      let turns =
        arguments.count == 1
        ? try python(onlyValue: arguments[0], in: source)
        : "[\(try arguments.map { try python($0, in: source) }.joined(separator: ", "))]"
      return ("for \(bind(name.text)) in \(turns):", name.text)
    }
  }

  /// What the one value of a `for` is gone through as.
  private mutating func python(
    onlyValue argument: ArgumentSyntax, in source: String
  ) throws -> String {
    if let path = try before.layerPath(of: argument) {
      let members = try before.session.turns(through: path).map { try python($0) }
      return "[\(members.joined(separator: ", "))]"
    }
    if case .call(let name, nil, let bounds)? = argument.expression?.kind, name.text == "range" {
      let bounds = try bounds.map { try python($0.value, in: source) }
      return "range(\(bounds.joined(separator: ", ")))"
    }
    let text = try python(argument, in: source)
    var trial = before
    switch try trial.datum(of: argument) {
    case .tensor(let tensor) where tensor.shape.rank > 0:
      // Going through a tensor takes it apart by another function than an index does.
      return tensor.requiresGradient ? "[\(text)[i] for i in range(\(tensor.shape[0]))]" : text
    case let datum: return datum.items == nil ? "[\(text)]" : text
    }
  }

  /// A count or a value of a loop.
  private mutating func python(_ argument: ArgumentSyntax, in source: String) throws -> String {
    if let path = try before.layerPath(of: argument) { return try python(path) }
    if let expression = argument.expression { return try python(expression, in: source) }
    switch argument.value {
    case .string(let text) where !text.contains(where: { "\"\\".contains($0) }):
      return "\"\(text)\""
    case .literal(let literal): return PythonLiteral.tensor(literal.tensor)
    case .word(let word):
      if let number = Double(literal: word) {
        return Int(word) == nil ? PythonLiteral.number(number) : word
      }
      fallthrough
    case .reference:
      guard let reference = try Call.reference(argument) else { throw NotInPython() }
      return try value(of: reference).text
    default: throw NotInPython()
    }
  }
}
